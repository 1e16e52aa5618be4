"""Notices (お知らせ): what people are told: their words were answered, somebody replied, results are out.

Words: Notification 通知, Follow フォロー, MailStop メールを止めるリンク.
Tables: notifications, follows, mail_stops. Spine: hears the events of lower floors.
Below: contributions, discussion. Above, those who read it: front.
Start reading at subscribers.py.
"""
