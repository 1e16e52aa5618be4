"""What a person may be to the ward; pure words and rules."""

from __future__ import annotations

import hashlib
from datetime import timedelta
from enum import StrEnum


class Standing(StrEnum):
    """Why a person may take part (提出資格): several at once, never required for talk.

    People say so themselves; the ward confirms it where a vote asks for that, at a counter.
    """

    LIVES = "lives"
    WORKS = "works"
    STUDIES = "studies"
    OPERATES = "operates"
    ORGANISATION = "organisation"
    OTHER = "other"


STANDING_NAMES = {
    Standing.LIVES: "区内に住んでいる",
    Standing.WORKS: "区内で働いている",
    Standing.STUDIES: "区内の学校に通っている",
    Standing.OPERATES: "区内で事業や活動をしている",
    Standing.ORGANISATION: "団体として",
    Standing.OTHER: "そのほか（利害関係のある人など）",
}


#: What papers can show, and for how long a confirmation holds (区の確認): then people may have moved.
CONFIRMABLE = frozenset({Standing.LIVES, Standing.WORKS, Standing.STUDIES, Standing.OPERATES})
CONFIRMED_FOR = timedelta(days=730)
CONFIRMATION_CODE_LENGTH = 12


class AgeBand(StrEnum):
    """Age in bands (年代); nobody is asked for a date of birth."""

    UNDER_18 = "under_18"
    FROM_18 = "from_18"
    FROM_30 = "from_30"
    FROM_40 = "from_40"
    FROM_50 = "from_50"
    FROM_60 = "from_60"
    FROM_70 = "from_70"
    FROM_80 = "from_80"


AGE_BAND_NAMES = {
    AgeBand.UNDER_18: "18歳未満",
    AgeBand.FROM_18: "18〜29歳",
    AgeBand.FROM_30: "30代",
    AgeBand.FROM_40: "40代",
    AgeBand.FROM_50: "50代",
    AgeBand.FROM_60: "60代",
    AgeBand.FROM_70: "70代",
    AgeBand.FROM_80: "80歳以上",
}


class TokenPurpose(StrEnum):
    """What a mailed link is for."""

    CONFIRM_EMAIL = "confirm_email"
    RESET_PASSWORD = "reset_password"  # noqa: S105 (a purpose, not a password)
    INVITE_STAFF = "invite_staff"
    #: Not mailed: shown once, to be read out at a counter.
    CONFIRM_STANDING = "confirm_standing"


#: How long a mailed link works.
TOKEN_LIFE = {
    TokenPurpose.CONFIRM_EMAIL: timedelta(days=2),
    TokenPurpose.RESET_PASSWORD: timedelta(hours=1),
    TokenPurpose.INVITE_STAFF: timedelta(days=7),
    TokenPurpose.CONFIRM_STANDING: timedelta(days=14),
}

#: How long an invitation to act for an organisation waits for an answer.
INVITATION_LIFE = timedelta(days=14)
#: So many organisations may one person have waiting for confirmation, so many addresses be invited a day.
MOST_WAITING_ORGANISATIONS, MOST_INVITATIONS_A_DAY = 3, 20

#: Sessions end after this long without use, and after this long in any case (reliability.md 4.2).
RESIDENT_IDLE, RESIDENT_LIFE = timedelta(days=14), timedelta(days=90)
STAFF_IDLE, STAFF_LIFE = timedelta(minutes=30), timedelta(hours=12)
#: Use is noted this often: a page read must not cost a write, nor the record know a resident's every hour.
NOTE_USE_OF_RESIDENTS, NOTE_USE_OF_STAFF = timedelta(days=1), timedelta(minutes=5)

#: The job that mails a link for a new password: the request itself takes as long for every address.
NEW_PASSWORD_JOB = "people.mail_new_password_link"  # noqa: S105 (the name of a job)

#: Log-ins that may fail before one has to wait: an account a minute, a network an hour (reliability.md 4.4).
MAX_TRIES_PER_MINUTE = 5
MAX_TRIES_PER_HOUR_FROM_NETWORK = 30

#: Languages that people may prefer, as BCP 47 tags.
LANGUAGES = {"ja": "日本語", "ja-simple": "やさしい日本語", "en": "English", "zh": "中文", "ko": "한국어"}


def printed_number(number: str) -> str:
    """Return a number for the counter in groups of four, to be read out."""
    return "-".join(number[start : start + 4] for start in range(0, len(number), 4))


def hash_of_text(text: str) -> str:
    """Return the hash under which an address, a network or a secret is compared but not kept."""
    return hashlib.sha256(text.encode()).hexdigest()
