"""Notices (お知らせ): what people are told: their words were answered, somebody replied, results are out.

Words: Notification 通知, Follow フォロー, MailStop メールを止めるリンク, PaperLetter 文書, LetterBatch 文書のまとまり.
Tables: notifications, follows, mail_stops, sent_mails, paper_letters, letter_batches. Spine: hears the events of lower floors.
Below: contributions, discussion, opinions. Above, those who read it: front.
Start reading at subscribers.py.
"""
