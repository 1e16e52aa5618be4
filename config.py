"""Settings: one pure function from the environment to what Flask is given.

Every variable is named, typed, explained and defaulted in :data:`VARIABLES`; nothing else in the
code reads the environment. What a ward decides (titles, periods, 対応区分) is data, not a setting.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

WARDS = ("meguro", "nerima", "setagaya")
#: What each ward is called, and what its site is called.
SITES = {
    "meguro": {"ward": "目黒区", "name": "めぐろ区政参画ひろば"},
    "nerima": {"ward": "練馬区", "name": "ねりま区政参画ひろば"},
    "setagaya": {"ward": "世田谷区", "name": "せたがや区政参画ひろば"},
}
ENVIRONMENTS = ("development", "production", "test")
SURFACES = ("public", "desk", "both")


class SettingsError(Exception):
    """A setting is missing or unusable; the message says which and what to do."""


@dataclass(frozen=True)
class Variable:
    """One environment variable: its name, default, meaning, and whether its value may be printed."""

    name: str
    default: str | None
    meaning: str
    secret: bool = False


VARIABLES: tuple[Variable, ...] = (
    Variable("APP_ENV", "development", "development, production, test のどれか"),
    Variable("WARD", "meguro", "どの区として動かすか（meguro, nerima, setagaya）"),
    Variable("SURFACE", "both", "public=区民向けだけ、desk=職員向けだけ、both=両方"),
    Variable("DATA_DIR", ".data", "データベースとファイルを置くフォルダ"),
    Variable("DATABASE_URL", None, "データベースの場所。指定しなければ DATA_DIR のSQLite", secret=True),
    Variable("SECRET_KEY", None, "署名の鍵。32文字以上", secret=True),
    Variable(
        "SECRET_KEY_FALLBACKS", "", "古い署名の鍵（コンマ区切り）。鍵を替えるあいだだけ使う", secret=True
    ),
    Variable(
        "IDENTITY_KEY",
        None,
        "提出者の氏名・住所を暗号にする鍵。32文字以上。指定しなければ SECRET_KEY から作る",
        secret=True,
    ),
    Variable(
        "IDENTITY_KEY_FALLBACKS",
        "",
        "古い IDENTITY_KEY（コンマ区切り）。前に暗号にしたものを読むために残す",
        secret=True,
    ),
    Variable(
        "IDENTITY_KEPT_DAYS",
        "365",
        "結果の公表から何日たったら、提出者の氏名・住所を消すか",
    ),
    Variable(
        "VIRUS_SCANNER",
        "",
        "添付を調べるウイルス検査（clamd）の場所。127.0.0.1:3310 か、ソケットのパス。空なら調べない",
    ),
    Variable("PUBLIC_URL", "http://127.0.0.1:8000", "利用者から見たサイトのURL（メールの中のリンクに使う）"),
    Variable(
        "TRUSTED_HOSTS",
        "",
        "PUBLIC_URL のほかに受け付けるホスト名（コンマ区切り）。本番ではほかのホスト名の要求を断る",
    ),
    Variable("TRUSTED_PROXIES", "0", "前に置いた中継サーバーの数（X-Forwarded-For を信じる段数）"),
    Variable("REDIS_URL", "", "複数のプロセスで動かすときのRedis（仕事の呼び出しに使う）", secret=True),
    Variable("MAIL_TRANSPORT", "file", "メールの送り方（file, smtp, memory）"),
    Variable("MAIL_FROM", "no-reply@participation.example", "メールの差出人"),
    Variable("SMTP_URL", "", "SMTPサーバー（smtp://名前:合言葉@ホスト:ポート）", secret=True),
    Variable(
        "LANGUAGE_MODEL_URL",
        "",
        "案をつくる言語モデルのサーバー（OpenAI互換。http://127.0.0.1:11434/v1 など）。空なら使わない",
    ),
    Variable("LANGUAGE_MODEL", "", "そのサーバーのモデルの名前"),
    Variable("LANGUAGE_MODEL_KEY", "", "そのサーバーの鍵。いらなければ空", secret=True),
    Variable("LANGUAGE_MODEL_SECONDS", "120", "答えを何秒まで待つか"),
    Variable("LANGUAGE_MODEL_YEN", "0", "100万トークンあたりの料金（円）。区のサーバーで料金がなければ0"),
    Variable("LANGUAGE_MODEL_SPEED", "20", "1秒に何トークン書くか（時間の見積もりに使う）"),
    Variable("JOBS_INSIDE", "1", "1=このプロセスの中で仕事（メール送信など）も行う"),
)


def settings(environ: Mapping[str, str]) -> dict[str, Any]:
    """Return Flask's configuration from the environment; raise SettingsError on what cannot be used."""
    known = {variable.name: environ.get(variable.name, variable.default) for variable in VARIABLES}
    app_env = _one_of("APP_ENV", known["APP_ENV"], ENVIRONMENTS)
    data_dir = Path(known["DATA_DIR"] or ".data").resolve()
    production = app_env == "production"
    if production:
        missing = [n for n in ("SECRET_KEY", "DATABASE_URL", "PUBLIC_URL") if not environ.get(n)]
        if missing:
            raise SettingsError(f"本番では次の設定が必要です: {', '.join(missing)}")
    secret_key = known["SECRET_KEY"] or "development-only-key-that-is-no-secret"
    if production and (len(secret_key) < 32 or secret_key.startswith("development-only")):
        raise SettingsError("SECRET_KEY は32文字以上の、推測できない文字列にしてください。")
    identity_key = known["IDENTITY_KEY"] or secret_key
    if known["IDENTITY_KEY"] and len(identity_key) < 32:
        raise SettingsError("IDENTITY_KEY は32文字以上の、推測できない文字列にしてください。")
    database_url = known["DATABASE_URL"] or f"sqlite:///{data_dir / 'participation.sqlite3'}"
    public_url = (known["PUBLIC_URL"] or "").rstrip("/")
    secure = public_url.startswith("https://")
    return {
        "APP_ENV": app_env,
        "WARD": _one_of("WARD", known["WARD"], WARDS),
        "SITE": SITES[_one_of("WARD", known["WARD"], WARDS)],
        "SURFACE": _one_of("SURFACE", known["SURFACE"], SURFACES),
        "DATA_DIR": str(data_dir),
        "SECRET_KEY": secret_key,
        "SECRET_KEY_FALLBACKS": [k for k in (known["SECRET_KEY_FALLBACKS"] or "").split(",") if k],
        "IDENTITY_KEYS": [
            identity_key,
            *(k for k in (known["IDENTITY_KEY_FALLBACKS"] or "").split(",") if k),
        ],
        "IDENTITY_KEPT_DAYS": _whole_number("IDENTITY_KEPT_DAYS", known["IDENTITY_KEPT_DAYS"]),
        "VIRUS_SCANNER": known["VIRUS_SCANNER"] or "",
        "PUBLIC_URL": public_url,
        "TRUSTED_HOSTS": _hosts(public_url, known["TRUSTED_HOSTS"] or "") if production else None,
        "TRUSTED_PROXIES": _whole_number("TRUSTED_PROXIES", known["TRUSTED_PROXIES"]),
        "REDIS_URL": known["REDIS_URL"] or "",
        "MAIL_TRANSPORT": _one_of("MAIL_TRANSPORT", known["MAIL_TRANSPORT"], ("file", "smtp", "memory")),
        "MAIL_FROM": known["MAIL_FROM"],
        "SMTP_URL": known["SMTP_URL"] or "",
        **_language_model(known),
        "JOBS_INSIDE": known["JOBS_INSIDE"] == "1",
        "SQLALCHEMY_DATABASE_URI": database_url,
        "SQLALCHEMY_ENGINE_OPTIONS": _engine_options(database_url),
        "SESSION_COOKIE_NAME": "__Host-guest" if secure else "guest",
        "SESSION_COOKIE_SECURE": secure,
        "SESSION_COOKIE_HTTPONLY": True,
        "SESSION_COOKIE_SAMESITE": "Lax",
        "LOGIN_COOKIE_NAME": "__Host-sid" if secure else "sid",
        "WTF_I18N_ENABLED": False,  # The form library's own messages are Japanese for every reader.
        "WTF_CSRF_TIME_LIMIT": None,  # A token lives as long as the session: people write for hours.
        "WTF_CSRF_SSL_STRICT": False,  # Sec-Fetch-Site is checked instead; some proxies strip Referer.
        "MAX_CONTENT_LENGTH": 12 * 1024 * 1024,
        # A million letters of Japanese, as a browser sends them: refused in words, and given back.
        "MAX_FORM_MEMORY_SIZE": 11 * 1024 * 1024,
        "MAX_FORM_PARTS": 1000,
        "PROPAGATE_EXCEPTIONS": False,
        "TEMPLATES_AUTO_RELOAD": app_env == "development",
        "BABEL_DEFAULT_LOCALE": "ja",
        "BABEL_DEFAULT_TIMEZONE": "Asia/Tokyo",
    }


def public_settings(environ: Mapping[str, str]) -> list[tuple[str, str, str]]:
    """Return (name, value, meaning) of every variable, secrets masked."""
    rows = []
    for variable in VARIABLES:
        value = environ.get(variable.name, variable.default) or ""
        rows.append((variable.name, "（秘密）" if variable.secret and value else value, variable.meaning))
    return rows


def _hosts(public_url: str, more: str) -> list[str]:
    """Return the host names of this site: that of its URL, those named besides, and this machine for 見守り."""
    named = [host.strip() for host in more.split(",") if host.strip()]
    own = urlsplit(public_url).hostname
    if not own:
        raise SettingsError("PUBLIC_URL は https:// から始まるURLにしてください。")
    return [own, *named, "127.0.0.1", "localhost", "[::1]"]


def _language_model(known: Mapping[str, str | None]) -> dict[str, Any]:
    """Return the settings of the language model; without a server there is none."""
    url, model = (known["LANGUAGE_MODEL_URL"] or "").rstrip("/"), known["LANGUAGE_MODEL"] or ""
    if url:
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
        except ValueError:
            usable = False
        if not usable or parts.username or parts.query or parts.fragment:
            raise SettingsError(
                "LANGUAGE_MODEL_URL は http:// か https:// で始まる場所だけにしてください（名前や合言葉は書きません）。"
            )
        if not model:
            raise SettingsError(
                "LANGUAGE_MODEL_URL を書いたら、LANGUAGE_MODEL にモデルの名前を書いてください。"
            )
    return {
        "LANGUAGE_MODEL_URL": url,
        "LANGUAGE_MODEL": model,
        "LANGUAGE_MODEL_KEY": known["LANGUAGE_MODEL_KEY"] or "",
        "LANGUAGE_MODEL_SECONDS": _whole_number("LANGUAGE_MODEL_SECONDS", known["LANGUAGE_MODEL_SECONDS"]),
        "LANGUAGE_MODEL_YEN": _whole_number("LANGUAGE_MODEL_YEN", known["LANGUAGE_MODEL_YEN"]),
        "LANGUAGE_MODEL_SPEED": _whole_number("LANGUAGE_MODEL_SPEED", known["LANGUAGE_MODEL_SPEED"]),
    }


def _one_of(name: str, value: str | None, allowed: tuple[str, ...]) -> str:
    if value not in allowed:
        raise SettingsError(f"{name} は {'、'.join(allowed)} のどれかにしてください（今は「{value}」）。")
    return value


def _whole_number(name: str, value: str | None) -> int:
    if value is None or not value.isascii() or not value.isdigit():
        raise SettingsError(f"{name} は0以上の整数にしてください（今は「{value}」）。")
    return int(value)


def _engine_options(database_url: str) -> dict[str, Any]:
    if database_url.startswith("sqlite"):
        return {"connect_args": {"timeout": 8}}
    return {
        "pool_pre_ping": True,
        "pool_size": 10,
        "pool_timeout": 5,
        "pool_recycle": 300,
        "connect_args": {
            "connect_timeout": 3,
            "keepalives_idle": 10,
            "keepalives_interval": 3,
            "keepalives_count": 3,
            "tcp_user_timeout": 8000,
            "options": "-c statement_timeout=5000 -c lock_timeout=3000"
            " -c idle_in_transaction_session_timeout=10000 -c timezone=UTC",
        },
    }
