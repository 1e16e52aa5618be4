"""Commands of reading: have opinions sorted, change topics, compare people and machine."""

from participation.reading.commands.comparing import draw_sample, label_opinion
from participation.reading.commands.coverage import set_population
from participation.reading.commands.drafting import (
    ASK,
    adopt_draft,
    ask_machine,
    discard_draft,
    empty_drafts,
    note_answer,
    note_no_answer,
)
from participation.reading.commands.editing import (
    merge_topics,
    move_opinions,
    rename_topic,
    reopen_topics,
    sign_off_topics,
    split_topic,
)
from participation.reading.commands.finding import (
    COMPARE,
    ask_to_compare,
    end_answer,
    index_some,
    keep_answer,
    record_compared,
    take_out,
    watch_topics,
)
from participation.reading.commands.sorting import (
    JOIN,
    TOPICS,
    ask_for_topics,
    ask_to_join,
    forget_words,
    record_joined,
    record_topics,
)

__all__ = [
    "ASK",
    "COMPARE",
    "JOIN",
    "TOPICS",
    "adopt_draft",
    "ask_for_topics",
    "ask_machine",
    "ask_to_compare",
    "ask_to_join",
    "discard_draft",
    "draw_sample",
    "empty_drafts",
    "end_answer",
    "forget_words",
    "index_some",
    "keep_answer",
    "label_opinion",
    "merge_topics",
    "move_opinions",
    "note_answer",
    "note_no_answer",
    "record_compared",
    "record_joined",
    "record_topics",
    "rename_topic",
    "reopen_topics",
    "set_population",
    "sign_off_topics",
    "split_topic",
    "take_out",
    "watch_topics",
]
