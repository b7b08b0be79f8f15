"""Many small networks of one shape trained as one: seeds and settings as members with a leading axis.

The seam for repeated seeds and studies: `sharing.why_apart` says whether lessons can be members of one stack,
`loop.learn_stacked` trains them as one stream whose events carry `member`, and `apart.said_alone` turns that
stream into the one that a member's run alone would say, for a run folder of its own. The best weights of each
member lie where its lesson wants them, under the names that its run alone would give them.
"""
