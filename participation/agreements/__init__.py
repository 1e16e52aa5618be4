"""Agreements: what an organisation's delegates say before something goes out in its name (団体の中の承認).

Words: Act 団体の名前で行うこと, Agreement 承認を待つ手続き, AgreementVoice 担当者の考え, Stance 承認の考え.
Tables: agreements, agreement_voices. Spine: none; what is agreed to stays with the slice that declares the act.
Below: people, organisations. Above, those who ask first: opinions, proposals, challenges; and notices, which tells.
Start reading at commands.py.
"""
