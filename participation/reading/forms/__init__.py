"""Forms of reading."""

from participation.reading.forms.topics import (
    LabelForm,
    MergeForm,
    MoveForm,
    RenameForm,
    SampleForm,
    SortForm,
    TopicFilterForm,
    filter_from,
)

__all__ = [
    "LabelForm",
    "MergeForm",
    "MoveForm",
    "RenameForm",
    "SampleForm",
    "SortForm",
    "TopicFilterForm",
    "filter_from",
]
