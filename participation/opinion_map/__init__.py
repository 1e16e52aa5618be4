"""Opinion map (意見の地図): where voters stand to each other, what unites them and what divides them.

Words: OpinionMap 意見の地図, Statement 意見文, position 位置, group グループ, run 計算, version 公開した版.
Tables: opinion_maps, map_*. Spine: a statement that a resident offers owns one contribution.
Below: contributions. Above, those who read it: moderation (through the spine), front, desk, demo.
Start reading at commands/voting.py; the computing begins at domain/mapping.py.
"""
