"""Opinion map (意見の地図): where voters stand to each other, what unites them and what divides them.

Words: Votes 票, Statement 意見文, position 位置, group グループ, bridging score 橋渡しの度合い, group-aware consensus グループをまたぐ合意.
Tables: none; the map is computed from a file of votes.
Below: foundation. Above: nobody yet.
Start reading at domain/mapping.py.
"""
