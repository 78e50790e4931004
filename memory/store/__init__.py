"""The facts Quarterdeck keeps, in SQLite or PostgreSQL.

    await store.runs.get(tenant, run_id)               # one call is one transaction

    async with store.transaction() as unit:            # several calls are all written, or none is
        run = await unit.runs.replace(changed, expected_version=run.version)
        await unit.ledger.append(entry)

Every call names its tenant or is given a value that carries it.
"""

from collections.abc import AsyncIterator, Collection
from contextlib import asynccontextmanager

from sqlalchemy import select

from memory.clock import Clock
from memory.errors import Conflict
from memory.log.identity import LogKey
from memory.model.record import Receipt, Record
from memory.store import slack_tables, teams_tables
from memory.store.adoptions import Adoptions
from memory.store.alert_groups import AlertGroups, Lessons, Quiets
from memory.store.alerts import Alerts
from memory.store.arrivals import Arrivals
from memory.store.attempts import Attempts
from memory.store.blobs import Blobs
from memory.store.challenges import Challenges
from memory.store.cluster import Cluster
from memory.store.codes import Codes
from memory.store.copies import Copies
from memory.store.cost_files import CostFiles
from memory.store.credentials import Credentials
from memory.store.database import Database
from memory.store.dead_letters import DeadLetters
from memory.store.decision_moments import DecisionMoments
from memory.store.escalations import Escalations
from memory.store.evidence import EvidenceStore
from memory.store.grants import Grants
from memory.store.holds import Holds
from memory.store.idempotency import Idempotency
from memory.store.identities import Identities
from memory.store.incidents import IncidentStore
from memory.store.installations import Installations
from memory.store.keys import Keys
from memory.store.leaders import Leaders
from memory.store.ledger import Ledger
from memory.store.links import Links
from memory.store.members import Members
from memory.store.memories import Memories
from memory.store.model_answers import ModelAnswers
from memory.store.model_spending import ModelSpending
from memory.store.model_trials import ModelTrials
from memory.store.outcomes import Outcomes
from memory.store.pending import Pending
from memory.store.policies import Policies
from memory.store.posts import Posts
from memory.store.pseudonyms import Pseudonyms
from memory.store.rates import Rates
from memory.store.readbacks import Readbacks
from memory.store.reviews import Reviews
from memory.store.runs import Runs
from memory.store.salts import Salts, fresh_salt
from memory.store.sealing import KeysNow, Sealer, no_others
from memory.store.sign_ins import SignIns
from memory.store.slack_cards import SlackCards
from memory.store.slack_notices import SlackNotices
from memory.store.slack_successes import SlackSuccesses
from memory.store.sounds import Sounds
from memory.store.standing import Standing
from memory.store.suspensions import Suspensions
from memory.store.switches import Switches
from memory.store.teachings import Teachings
from memory.store.teams_cards import TeamsCards
from memory.store.teams_places import TeamsPlaces
from memory.store.timeline import Timeline
from memory.store.transcripts import Transcripts
from memory.store.turn_stops import TurnStops
from memory.store.turns import Turns
from memory.store.usage import UsageBook
from memory.store.uses import Uses
from memory.store.war_rooms import WarRooms
from memory.store.watching import CostWatch
from memory.store.work import Joined, Work

__all__ = ["Store", "Unit"]


class Unit:
    """Every repository, all doing their work in the same place."""

    def __init__(self, work: Work, clock: Clock, salts: Salts) -> None:
        self.ledger = Ledger(work, salts)
        self.evidence = EvidenceStore(work)
        self.turns = Turns(work)
        self.idempotency = Idempotency(work, clock)
        self.blobs = Blobs(work, clock, salts)
        self.pseudonyms = Pseudonyms(work, salts)
        self.holds = Holds(work)
        self.copies = Copies(work)
        self.adoptions = Adoptions(work)
        self.policies = Policies(work)
        self._people(work)
        self._running(work, clock)
        self._chats(work)
        self._incidents(work)
        self._further(work)

    def _people(self, work: Work) -> None:
        """Who there is, and how they come in."""
        self.keys = Keys(work)
        self.credentials = Credentials(work)
        self.challenges = Challenges(work)
        self.members = Members(work)
        self.identities = Identities(work)
        self.links = Links(work)
        self.codes = Codes(work)
        self.sign_ins = SignIns(work)

    def _running(self, work: Work, clock: Clock) -> None:
        """What is carried out, and what holds it back."""
        self.runs = Runs(work)
        self.grants = Grants(work)
        self.attempts = Attempts(work, clock)
        self.suspensions = Suspensions(work)
        self.dead_letters = DeadLetters(work)
        self.outcomes = Outcomes(work)
        self.rates = Rates(work)
        self.switches = Switches(work)
        self.uses = Uses(work)
        self.standing = Standing(work)
        self.reviews = Reviews(work)
        self.cluster = Cluster(work)
        self.leaders = Leaders(work)

    def _chats(self, work: Work) -> None:
        """What comes from chats, and what was posted there."""
        self.arrivals = Arrivals(work, slack_tables.arrivals)
        self.installations = Installations(work)
        self.slack_posts = Posts(work, slack_tables.posts)
        self.slack_cards = SlackCards(work)
        self.slack_notices = SlackNotices(work)
        self.slack_successes = SlackSuccesses(work)
        self.teams_arrivals = Arrivals(work, teams_tables.arrivals)
        self.teams_posts = Posts(work, teams_tables.posts)
        self.teams_cards = TeamsCards(work)
        self.teams_places = TeamsPlaces(work)

    def _incidents(self, work: Work) -> None:
        """What goes wrong, and what is remembered of it."""
        self.alerts = Alerts(work)
        self.alert_groups = AlertGroups(work)
        self.alert_lessons = Lessons(work)
        self.quiets = Quiets(work)
        self.escalations = Escalations(work)
        self.war_rooms = WarRooms(work)
        self.transcripts = Transcripts(work)
        self.incidents = IncidentStore(work)
        self.timeline = Timeline(work)
        self.memories = Memories(work)

    def _further(self, work: Work) -> None:
        """Money, language models and voice."""
        self.cost_files = CostFiles(work)
        self.cost_watch = CostWatch(work)
        self.usage = UsageBook(work)
        self.model_answers = ModelAnswers(work)
        self.model_trials = ModelTrials(work)
        self.model_spending = ModelSpending(work)
        self.turn_stops = TurnStops(work)
        self.teachings = Teachings(work)
        self.readbacks = Readbacks(work)
        self.sounds = Sounds(work)
        self.decision_moments = DecisionMoments(work)


class Store(Unit):
    """The repositories, each call in a transaction of its own."""

    def __init__(self, database: Database, clock: Clock, salts: Salts) -> None:
        super().__init__(database, clock, salts)
        self._database = database
        self._clock = clock
        self._salts = salts

    @classmethod
    async def open(
        cls, url: str, clock: Clock, key: LogKey, salts: Salts = fresh_salt, *, others: KeysNow = no_others
    ) -> "Store":
        """Open the store at `url`, bring it to the newest schema, and see that `key` is what signed its ledgers.

        Where another key signs on one day, it has to be among the `others`.
        Raises `InvalidSettings`, `LogKeyWrong`, `LogCorrupt`, `DependencyMissing` or `StoreUnavailable`.
        """
        database = await Database.open(url, Sealer(key, clock, salts, others))
        try:
            await database.migrate()
            await database.check()
        except BaseException:
            await database.close()
            raise
        return cls(database, clock, salts)

    @asynccontextmanager
    async def transaction(self) -> AsyncIterator[Unit]:
        """Enter one transaction that every call on the unit joins; left by an error, nothing of it is written.

        Keep it short and do nothing else inside: with SQLite, nobody else writes meanwhile.
        """
        async with self._database.joining() as body:
            yield Unit(Joined(body), self._clock, self._salts)

    async def rotate(self, records: Collection[Record], successor: LogKey) -> tuple[Receipt, ...]:
        """Append these records, one for each ledger there is, from which on `successor` signs.

        All or nothing; the checkpoints over them carry the signatures of both keys. Raises `Conflict` when there
        are other ledgers, and `LogKeyWrong` when the key this store was opened with does not sign them any more.
        """
        tenants = sorted(record.tenant for record in records)
        async with self._database.joining() as body:
            found = sorted(await Unit(Joined(body), self._clock, self._salts).ledger.tenants())
            if found != tenants or not found:
                raise Conflict(f"expected to rotate the key of {', '.join(tenants)}, found {', '.join(found)}")
            pending = [Pending(record, successor) for record in records]
            body.pending.extend(pending)
        return tuple(each.receipt for each in pending)

    async def ping(self) -> None:
        """Return when the database answers; raises `StoreUnavailable`."""
        async with self._database.reading() as connection:
            await connection.execute(select(1))

    async def close(self) -> None:
        """Close every connection."""
        await self._database.close()
