"""The named points at which a process is killed, by what it is about to do."""

RELAY = ("relay.claimed", "relay.published")
MAKING = (
    "unit.counted",
    "letters.printed",
    "letters.stored",
    "unit.before_commit",
    "unit.committed",
)
SENDING = (
    "post.claimed",
    "post.composed",
    "post.connected",
    "post.addressed",
    "post.before_mark",
    "post.marked",
    "post.body_begun",
    "post.body_sent",
    "post.end_marked",
    "post.dot_sent",
    "post.prepared",
    "post.answered",
    "post.before_settled",
    "post.settled",
    "post.next_taken",
)
SETTLING = ("post.reconciled",)
