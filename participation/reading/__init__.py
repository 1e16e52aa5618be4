"""Reading (読み分け): thousands of voices sorted for those who must read them – bundles of same words, topics, summaries.

Words: bundle 同文の束, topic 話題, label 見出し, other その他, stability 安定度, coverage 声のかたより.
Tables: population_tables; reading_opinions, reading_pairs, reading_answers, reading_uncovered, topic_watches, machine_drafts, machine_draft_opinions.
Below: opinions (what counts as the same words), contributions (what is masked). Above: nobody yet.
Start reading at domain/topics.py and domain/bundles.py.
"""
