"""Surveys (アンケート): questions the ward asks, and the answers of those who chose to answer.

Words: Survey アンケート, Question 設問, Response 回答, Answer 設問ごとの答え, one-tap question ひとことで答える.
Tables: surveys, survey_questions, survey_responses, survey_answers, survey_counts, survey_drafts. Spine: a free text owns one contribution if its author agrees.
Below: contributions. Above, those who read it: moderation, front, desk.
Start reading at commands.py.
"""
