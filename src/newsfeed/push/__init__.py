"""Push: a WebSub hub is told of every feed that changed, so that subscribers need not poll.

In: changes of articles, as the register commits them. Out: requests to the hub of the settings.
W3C Recommendation "WebSub" (2018); how a publisher tells its hub is left open there (section 6),
so we say what hubs understand: `hub.mode=publish` with the feed's address.

`changed_feeds` writes what is to be told into the register, in the transaction of the change.
`queue` is what waits there; `sender` tells it, one feed after the other; `exchange` is one request,
on an address that `hub_address` allows; `policy` says what an answer means and when to try again;
`background` does all that beside an indexer.
"""
