"""Notices (お知らせ): what people are told: their opinion was answered, somebody replied, results are out.

Words: Notification 通知, Follow 購読.
Tables: notifications, follows. Spine: hears the events of lower floors.
Below: contributions. Above, those who read it: front.
Start reading at subscribers.py.
"""
