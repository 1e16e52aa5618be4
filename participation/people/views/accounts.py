"""Pages of accounts: registering, logging in and out, one's own page of settings."""

from __future__ import annotations

from flask import Blueprint, redirect, render_template, request, url_for
from werkzeug.wrappers import Response

from participation.access import passwords
from participation.foundation.db import db, transaction
from participation.foundation.errors import Refused
from participation.people import commands, queries
from participation.people.domain import STANDING_NAMES, TokenPurpose, printed_number
from participation.people.forms import (
    NOT_SAID,
    AddressForm,
    ChangePasswordForm,
    EmptyForm,
    LeaveForm,
    LogInForm,
    NewPasswordForm,
    ProfileForm,
    SignUpForm,
)
from participation.people.models import Person
from participation.places import queries as places
from participation.web import identity
from participation.web.access import current_actor, public, signed_in
from participation.web.addresses import safe_next
from participation.web.submissions import one_submission

bp = Blueprint("people", __name__)

WRONG = "メールアドレスかパスワードが違います。"
TOO_MANY = "まちがいが続いたため、1分ほど待ってからお試しください。パスワードを忘れたときは、下の「パスワードを忘れた方」から決め直せます。"


@bp.route("/sign-up", methods=["GET", "POST"])
@public
def sign_up() -> Response | tuple[str, int]:
    """Register."""
    form = SignUpForm()
    if form.validate_on_submit():
        try:
            passwords.check(form.password.data, email=form.email.data, nickname=form.nickname.data)
            hashed = passwords.hash_of(form.password.data)
            with one_submission(form) as answer:
                commands.register_person(form.email.data, form.nickname.data, hashed, by=current_actor())
                answer.location = url_for(".letter_sent")
            if answer.given:
                return answer.redirect()
        except Refused as refusal:
            form.refuse(refusal)
    return render_template("people/sign_up.html", form=form), form.status


@bp.get("/sign-up/letter-sent")
@public
def letter_sent() -> str:
    """Say that a letter is on its way."""
    return render_template("people/letter_sent.html")


@bp.route("/sign-up/confirm/<token>", methods=["GET", "POST"])
@public
def confirm_email(token: str) -> Response | tuple[str, int]:
    """Finish the registration; a button, because mail programs open links by themselves."""
    form = EmptyForm()
    if form.validate_on_submit():
        secret, secret_hash = identity.new_secret()
        with transaction():
            person = commands.confirm_email(token, by=current_actor())
            session = commands.log_in(person, secret_hash, _device(), by=current_actor())
            ends_at = session.ends_at
        response = redirect(url_for(".welcome"), 303)
        identity.give_cookie(response, secret, ends_at)
        return response
    return render_template("people/confirm_email.html", form=form), form.status


@bp.get("/welcome")
@signed_in
def welcome() -> str:
    """Greet somebody who has just registered, and say what they can do."""
    return render_template("people/welcome.html")


@bp.route("/log-in", methods=["GET", "POST"])
@public
def log_in() -> Response | tuple[str, int]:
    """Log in."""
    form = LogInForm()
    onward = safe_next(request.args.get("next"))
    if form.validate_on_submit():
        person = _recognise(form)
        if person is not None:
            secret, secret_hash = identity.new_secret()
            person_id = person.id
            with transaction():
                person = db.session.get_one(Person, person_id)
                session = commands.log_in(person, secret_hash, _device(), by=current_actor())
                ends_at, is_staff = session.ends_at, person.is_staff
            response = redirect("/desk/" if is_staff and onward == "/" else onward, 303)
            identity.give_cookie(response, secret, ends_at)
            return response
    return render_template("people/log_in.html", form=form, onward=onward), form.status


@bp.post("/log-out")
@public
def log_out() -> Response:
    """Log out, in every process at once."""
    token_hash = identity.present_token_hash()
    if token_hash is not None or current_actor().person_id is not None:
        with transaction():
            commands.log_out(identity.present_token_hash() or "", by=current_actor())
    response = redirect("/", 303)
    identity.take_cookie(response)
    return response


@bp.route("/forgotten-password", methods=["GET", "POST"])
@public
def forgotten_password() -> Response | tuple[str, int]:
    """Ask for a link to choose a new password."""
    form = AddressForm()
    if form.validate_on_submit():
        with one_submission(form) as answer:
            commands.ask_for_new_password(form.email.data, by=current_actor())
            answer.location = url_for(".letter_sent")
        if answer.given:
            return answer.redirect()
    return render_template("people/forgotten_password.html", form=form), form.status


@bp.route("/new-password/<token>", methods=["GET", "POST"])
@public
def new_password(token: str) -> Response | tuple[str, int]:
    """Choose a new password with a mailed link (also: accept an invitation)."""
    form = NewPasswordForm()
    if form.validate_on_submit():
        try:
            passwords.check(form.password.data)
            hashed = passwords.hash_of(form.password.data)
            with one_submission(form) as answer:
                commands.choose_new_password(token, hashed, by=current_actor())
                answer.location = url_for(".password_chosen")
            if answer.given:
                return answer.redirect()
        except Refused as refusal:
            form.refuse(refusal)
    return render_template("people/new_password.html", form=form, purposes=TokenPurpose), form.status


@bp.get("/new-password/done")
@public
def password_chosen() -> str:
    """Say that the new password works."""
    return render_template("people/password_chosen.html")


@bp.route("/account", methods=["GET", "POST"])
@signed_in
def account() -> Response | tuple[str, int]:
    """Show and change what one says of oneself."""
    person = _own()
    form = ProfileForm()
    form.district.choices = [NOT_SAID, *((str(d.id), d.name) for d in places.list_districts())]
    if form.validate_on_submit():
        with one_submission(form) as answer:
            commands.change_own_profile(_own(), form.draft(), by=current_actor())
            answer.location = url_for(".account", saved=1)
        if answer.given:
            return answer.redirect()
    elif request.method == "GET":
        _fill_in(form, person)
    page = {
        "person": person,
        "sessions": queries.list_sessions(person),
        "present": identity.present_token_hash(),
        "organisations": queries.list_delegations(person.id),
        "saved": "saved" in request.args,
        "standings": queries.list_standings_shown(person),
        "standing_names": STANDING_NAMES,
        "end_form": EmptyForm(formdata=None),
    }
    return render_template("people/account.html", form=form, **page), form.status


@bp.post("/account/confirmation")
@signed_in
def ask_for_confirmation() -> str:
    """Show, once, the number with which the ward confirms a standing at its counter."""
    with transaction():
        number = commands.ask_for_confirmation(_own(), by=current_actor())
    return render_template("people/confirmation.html", number=printed_number(number))


@bp.route("/account/password", methods=["GET", "POST"])
@signed_in
def change_password() -> Response | tuple[str, int]:
    """Change one's password."""
    form = ChangePasswordForm()
    person = _own()
    if form.validate_on_submit():
        try:
            _check_present(person, form.present.data)
            passwords.check(form.password.data, email=person.email or "", nickname=person.nickname)
            hashed = passwords.hash_of(form.password.data)
            with one_submission(form) as answer:
                commands.change_own_password(
                    _own(), hashed, identity.present_token_hash(), by=current_actor()
                )
                answer.location = url_for(".account", saved=1)
            if answer.given:
                return answer.redirect()
        except Refused as refusal:
            form.refuse(refusal)
    return render_template("people/change_password.html", form=form), form.status


@bp.post("/account/end-other-sessions")
@signed_in
def end_other_sessions() -> Response:
    """Log out on all other devices."""
    with transaction():
        commands.end_other_sessions(_own(), identity.present_token_hash(), by=current_actor())
    return redirect(url_for(".account", saved=1), 303)


@bp.route("/account/leave", methods=["GET", "POST"])
@signed_in
def leave() -> Response | tuple[str, int]:
    """Leave for good (退会)."""
    form = LeaveForm()
    person = _own()
    if form.validate_on_submit():
        try:
            _check_present(person, form.present.data)
            with transaction():
                commands.erase_own_account(_own(), by=current_actor())
            response = redirect(url_for(".left"), 303)
            identity.take_cookie(response)
            return response
        except Refused as refusal:
            form.refuse(refusal)
    return render_template("people/leave.html", form=form), form.status


@bp.get("/left")
@public
def left() -> str:
    """Say good-bye."""
    return render_template("people/left.html")


def _own() -> Person:
    return db.session.get_one(Person, current_actor().person_id)


def _fill_in(form: ProfileForm, person: Person) -> None:
    form.nickname.data = person.nickname
    form.age_band.data = person.age_band.value if person.age_band else ""
    form.district.data = str(person.district_id or "")
    form.standings.data = [standing.value for standing in queries.list_standings(person)]
    form.language.data = person.language
    form.wants_mail.data = person.wants_mail


def _check_present(person: Person, password: str) -> None:
    if not passwords.verify(person.password_hash, password):
        raise Refused("今のパスワードが違います。", field="present")


def _recognise(form: LogInForm) -> Person | None:
    """Return the person whose address and password these are, or show why not on the form."""
    email, network = form.email.data.strip().lower(), _network()
    if not queries.may_try_to_log_in(email, network):
        form.refuse(Refused(TOO_MANY))
        return None
    person = queries.find_by_email(email)
    usable = person is not None and person.email_confirmed_at is not None and person.erased_at is None
    right = passwords.verify(person.password_hash if person and usable else None, form.password.data)
    if person is not None and right:
        return person
    with transaction():
        commands.note_failed_log_in(email, network, by=current_actor())
    form.refuse(Refused(WRONG))
    return None


def _network() -> str:
    """Return the reader's network: the address without its last part."""
    address = request.remote_addr or ""
    return address.rpartition("." if "." in address else ":")[0] or address


_BROWSERS = (("Edg", "Edge"), ("Firefox", "Firefox"), ("Chrome", "Chrome"), ("Safari", "Safari"))
_SYSTEMS = (
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac", "Mac"),
    ("Linux", "Linux"),
)


def _device() -> str:
    agent = request.headers.get("User-Agent", "")
    browser = next((name for mark, name in _BROWSERS if mark in agent), "ブラウザー")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return f"{browser}（{system}）" if system else browser
