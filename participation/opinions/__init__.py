"""Opinions (意見): what residents formally send the ward about a plan; each one is answered.

Words: Submission 提出, Opinion 意見, Channel 提出方法, receipt number 受付番号.
Tables: submissions, original_texts, submission_files, opinions, opinion_imports, submitter_identities, opinion_counters, receipt_guesses. Spine: each opinion owns one contribution.
Below: contributions. Above, those who read it: replies, front, desk.
Start reading at commands/receiving.py.
"""
