"""Surveys (アンケート): questions of the ward to residents, answered once each.

Words: Survey アンケート, Question 設問, Choice 選択肢, Response 回答, Answer 設問ごとの回答.
Tables: surveys, questions, choices, responses, answers. Spine: each free text owns one contribution.
Below: contributions. Above, those who read it: front, desk.
Start reading at commands.py.
"""
