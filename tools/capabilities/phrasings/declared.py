"""How people ask for what the settings declare: its title, in the frames that such requests come in."""

_ASKED = (
    "{}",
    "{} please",
    "please {}",
    "can you {}",
    "could you {} for me",
    "i need you to {}",
    "we need to {}",
    "let's {}",
    "{} now",
    "go ahead and {}",
)
_NAMED = (
    "run {}",
    "please run {}",
    "can you run {}",
    "execute {}",
    "start {}",
    "use {}",
    "call {}",
    "do {}",
    "trigger {}",
    "kick off {}",
)
_QUERIED = (
    "query {}",
    "query the {} database",
    "run a query on {}",
    "run sql on {}",
    "run this sql against {}",
    "select from {}",
    "look it up in {}",
    "look in the {} database",
    "ask the {} database",
    "ask {} with sql",
    "what does {} say in sql",
    "sql on {}",
    "sql against {} please",
    "read from {}",
    "read the {} tables",
    "show rows of {}",
    "show me rows from {}",
    "explain a query on {}",
    "can you query {}",
    "fetch rows from {}",
)


def asked(title: str) -> tuple[str, ...]:
    """Return how people ask for something whose title says what it does."""
    return tuple(frame.format(title.lower()) for frame in (*_ASKED, *_NAMED))


def queried(title: str) -> tuple[str, ...]:
    """Return how people ask a database."""
    return tuple(frame.format(title.lower()) for frame in _QUERIED)
