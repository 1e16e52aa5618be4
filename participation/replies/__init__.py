"""Replies (区の考え方): like opinions gathered into points, and the ward's published answer to each.

Words: Point 論点, Disposition 対応区分, WardReply 区の考え方, Amendment 修正, ResultPublication 結果の公表.
Tables: points, point_opinions, gather_acts, disposition_schemes, dispositions, ward_replies, reply_versions, amendments, amendment_applications.
Below: contributions, opinions. Above, those who read it: front, desk.
Start reading at commands.py.
"""
