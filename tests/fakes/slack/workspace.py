"""What a Slack workspace holds and does: people, channels, messages, streams, files, views, canvases, groups.

Each Web API method is a method here, named as Slack's with `_` for `.`; it returns what Slack would, or raises
`Refused` with Slack's own name for the error.
"""

import itertools
from collections.abc import Callable
from typing import Any

from tests.fakes.slack.rules import violations
from tests.fakes.slack.things import BOT, BOT_USER, Answer, Args, Refused, Things, json_of

__all__ = ["APP", "BOT", "BOT_USER", "TEAM", "Workspace"]

APP, TEAM = "A0QD", "T0ACME"


class Workspace(Things):
    """One workspace. `calls` holds every call that was taken, in order, as (method, arguments)."""

    def __init__(self, team: str = TEAM) -> None:
        self.team = team
        self.calls: list[tuple[str, Args]] = []
        self.users: dict[str, Answer] = {}
        self.channels: dict[str, Answer] = {}
        self.files: dict[str, Answer] = {}
        self.views: dict[str, Answer] = {}
        self.homes: dict[str, Answer] = {}
        self.canvases: dict[str, str] = {}
        self.groups: dict[str, Answer] = {}
        self.unfurls: list[Args] = []
        self.statuses: list[Args] = []
        self.triggers: set[str] = set()
        self._numbers = itertools.count(1)
        self.add_user(BOT_USER, "quarterdeck", is_bot=True)

    def add_user(self, user: str, name: str, **more: Any) -> str:
        self.users[user] = {"id": user, "team_id": self.team, "name": name, "real_name": name.title(), **more}
        return user

    def add_channel(self, channel: str, name: str, *members: str, **more: Any) -> str:
        self.channels[channel] = {
            "id": channel,
            "name": name,
            "is_archived": False,
            "topic": {"value": ""},
            "members": [BOT_USER, *members],
            "messages": {},
            "pins": [],
            "bookmarks": [],
            **more,
        }
        return channel

    def ts(self) -> str:
        """Return the time of a new message: later than every other."""
        return f"1763712000.{next(self._numbers):06d}"

    def said(self, channel: str, thread: str | None = None) -> list[Answer]:
        """Return the messages of a channel, or of one thread of it, the oldest first."""
        found = self.channels[channel]["messages"].values()
        return [each for each in found if thread is None or thread in {each["ts"], each.get("thread_ts")}]

    def post(self, channel: str, user: str, text: str, thread: str | None = None, **more: Any) -> Answer:
        """Have a person write a message, and return it."""
        message = {"type": "message", "user": user, "text": text, "ts": self.ts(), "team": self.team, **more}
        if thread is not None:
            message["thread_ts"] = thread
        self.channels[channel]["messages"][message["ts"]] = message
        return message

    def call(self, method: str, args: Args) -> Answer:
        """Take one call of the Web API."""
        known: Callable[[Args], Answer] | None = getattr(self, method.replace(".", "_"), None)
        if known is None:
            raise Refused("unknown_method")
        answer = known(args)
        self.calls.append((method, args))
        return answer

    def called(self, method: str) -> list[Args]:
        """Return the arguments of every call of one method."""
        return [args for name, args in self.calls if name == method]

    def auth_test(self, args: Args) -> Answer:
        return {"team_id": self.team, "user_id": BOT_USER, "bot_id": BOT, "team": "acme", "user": "quarterdeck"}

    def chat_postMessage(self, args: Args) -> Answer:  # noqa: N802 - Slack's name
        channel = self._channel(args)
        thread = args.get("thread_ts")
        if thread is not None and thread not in channel["messages"]:
            raise Refused("thread_not_found")
        message = {"type": "message", "user": BOT_USER, "bot_id": BOT, "ts": self.ts(), **self._content(args)}
        if thread is not None:
            message["thread_ts"] = thread
        if args.get("metadata"):
            message["metadata"] = json_of(args["metadata"])
        channel["messages"][message["ts"]] = message
        return {"channel": channel["id"], "ts": message["ts"], "message": message}

    def chat_update(self, args: Args) -> Answer:
        message = self._own(args)
        message |= self._content(args) | {"edited": {"user": BOT_USER, "ts": self.ts()}}
        return {"channel": args["channel"], "ts": message["ts"], "text": message["text"], "message": message}

    def chat_delete(self, args: Args) -> Answer:
        message = self._own(args)
        del self._channel(args)["messages"][message["ts"]]
        return {"channel": args["channel"], "ts": message["ts"]}

    def chat_postEphemeral(self, args: Args) -> Answer:  # noqa: N802 - Slack's name
        channel = self._channel(args)
        if args["user"] not in channel["members"]:
            raise Refused("user_not_in_channel")
        self._content(args)
        return {"message_ts": self.ts()}

    def chat_startStream(self, args: Args) -> Answer:  # noqa: N802 - Slack's name
        channel = self._channel(args)
        if "thread_ts" not in args:
            raise Refused("invalid_arguments")
        message = {"type": "message", "user": BOT_USER, "bot_id": BOT, "ts": self.ts(), "streaming": True}
        message |= {"thread_ts": args["thread_ts"], "text": args.get("markdown_text", ""), "chunks": []}
        channel["messages"][message["ts"]] = message
        self._streamed(message, args)
        return {"channel": channel["id"], "ts": message["ts"]}

    def chat_appendStream(self, args: Args) -> Answer:  # noqa: N802 - Slack's name
        message = self._stream(args)
        message["text"] += args.get("markdown_text", "")
        self._streamed(message, args)
        return {"channel": args["channel"], "ts": message["ts"]}

    def chat_stopStream(self, args: Args) -> Answer:  # noqa: N802 - Slack's name
        message = self._stream(args)
        message["text"] += args.get("markdown_text", "")
        self._streamed(message, args)
        message["streaming"] = False
        if args.get("blocks"):
            message["blocks"] = _checked(json_of(args["blocks"]))
        return {"channel": args["channel"], "ts": message["ts"], "message": message}

    def chat_unfurl(self, args: Args) -> Answer:
        self.unfurls.append(args)
        for unfurl in json_of(args["unfurls"]).values():
            _checked(unfurl.get("blocks", []))
        return {}

    def chat_getPermalink(self, args: Args) -> Answer:  # noqa: N802 - Slack's name
        stamp = args["message_ts"].replace(".", "")
        return {"channel": args["channel"], "permalink": f"https://acme.slack.test/{args['channel']}/p{stamp}"}

    def assistant_threads_setStatus(self, args: Args) -> Answer:  # noqa: N802 - Slack's name
        self.statuses.append(args)
        return {}

    def assistant_threads_setSuggestedPrompts(self, args: Args) -> Answer:  # noqa: N802 - Slack's name
        if not 1 <= len(json_of(args["prompts"])) <= 4:
            raise Refused("invalid_arguments")
        return {}

    def assistant_threads_setTitle(self, args: Args) -> Answer:  # noqa: N802 - Slack's name
        return {}

    def conversations_create(self, args: Args) -> Answer:
        name = args["name"]
        if not name or len(name) > 80 or name != name.lower() or not set(name) <= set(_NAMES):
            raise Refused("invalid_name_specials")
        if any(each["name"] == name for each in self.channels.values()):
            raise Refused("name_taken")
        private = str(args.get("is_private", "")).lower() in {"1", "true"}
        channel = self.add_channel(f"C{next(self._numbers):04d}", name, is_private=private, creator=BOT_USER)
        return {"channel": self._described(channel)}

    def conversations_invite(self, args: Args) -> Answer:
        channel = self._channel(args)
        for user in args["users"].split(","):
            if user not in self.users:
                raise Refused("user_not_found")
            if user in channel["members"]:
                raise Refused("already_in_channel")
            channel["members"].append(user)
        return {"channel": self._described(channel["id"])}

    def conversations_setTopic(self, args: Args) -> Answer:  # noqa: N802 - Slack's name
        if len(args["topic"]) > 250:
            raise Refused("too_long")
        self._channel(args)["topic"] = {"value": args["topic"]}
        return {"channel": self._described(args["channel"])}

    def conversations_archive(self, args: Args) -> Answer:
        channel = self.channels.get(args["channel"])
        if channel is None:
            raise Refused("channel_not_found")
        if channel["is_archived"]:
            raise Refused("already_archived")
        channel["is_archived"] = True
        return {}

    def conversations_info(self, args: Args) -> Answer:
        if args["channel"] not in self.channels:
            raise Refused("channel_not_found")
        return {"channel": self._described(args["channel"])}

    def conversations_list(self, args: Args) -> Answer:
        return {"channels": [self._described(each) for each in self.channels], "response_metadata": {}}

    def conversations_members(self, args: Args) -> Answer:
        return {"members": self._channel(args)["members"], "response_metadata": {"next_cursor": ""}}

    def conversations_open(self, args: Args) -> Answer:
        user = args["users"]
        if user not in self.users:
            raise Refused("user_not_found")
        name = f"D{user}"
        if name not in self.channels:
            self.add_channel(name, "", user, is_im=True)
        return {"channel": {"id": name}}

    def conversations_history(self, args: Args) -> Answer:
        found = self.said(self._channel(args)["id"])
        return {"messages": [each for each in reversed(found) if "thread_ts" not in each], "has_more": False}

    def conversations_replies(self, args: Args) -> Answer:
        return {"messages": self.said(args["channel"], args["ts"]), "has_more": False}

    def users_info(self, args: Args) -> Answer:
        if args["user"] not in self.users:
            raise Refused("user_not_found")
        return {"user": self.users[args["user"]]}

    def usergroups_list(self, args: Args) -> Answer:
        return {"usergroups": list(self.groups.values())}

    def usergroups_users_list(self, args: Args) -> Answer:
        if args["usergroup"] not in self.groups:
            raise Refused("no_such_subteam")
        return {"users": self.groups[args["usergroup"]]["users"]}

    def views_open(self, args: Args) -> Answer:
        return {"view": self._shown(args)}

    def views_push(self, args: Args) -> Answer:
        return {"view": self._shown(args)}

    def views_update(self, args: Args) -> Answer:
        view = self.views.get(args["view_id"])
        if view is None:
            raise Refused("not_found")
        view |= _view(args["view"])
        return {"view": view}

    def views_publish(self, args: Args) -> Answer:
        if args["user_id"] not in self.users:
            raise Refused("not_found")
        shown = self.homes.get(args["user_id"], {})
        if args.get("hash") and args["hash"] != shown.get("hash"):
            raise Refused("hash_conflict")
        self.homes[args["user_id"]] = _view(args["view"]) | {"hash": f"{next(self._numbers)}.home"}
        return {"view": self.homes[args["user_id"]]}

    def _shown(self, args: Args) -> Answer:
        if args.get("trigger_id") not in self.triggers:
            raise Refused("expired_trigger_id")
        self.triggers.discard(args["trigger_id"])
        view = {"id": f"V{next(self._numbers):04d}", "team_id": self.team, **_view(args["view"])}
        self.views[view["id"]] = view
        return view

    def _channel(self, args: Args) -> Answer:
        channel = self.channels.get(args["channel"])
        if channel is None:
            raise Refused("channel_not_found")
        if BOT_USER not in channel["members"]:
            raise Refused("not_in_channel")
        if channel["is_archived"]:
            raise Refused("is_archived")
        return channel

    def _own(self, args: Args) -> Answer:
        message: Answer | None = self._channel(args)["messages"].get(args["ts"])
        if message is None:
            raise Refused("message_not_found")
        if message.get("bot_id") != BOT:
            raise Refused("cant_update_message")
        return message

    def _stream(self, args: Args) -> Answer:
        message = self._own(args)
        if not message.get("streaming"):
            raise Refused("message_not_in_streaming_state")
        return message

    def _streamed(self, message: Answer, args: Args) -> None:
        chunks = json_of(args.get("chunks", []))
        if any(not _chunk(each) for each in chunks):
            raise Refused("invalid_chunks")
        message["chunks"] += chunks
        if len(message["text"]) > 12_000:
            raise Refused("msg_too_long")

    def _content(self, args: Args) -> Answer:
        text = args.get("text", "")
        if not text and not args.get("blocks"):
            raise Refused("no_text")
        if len(text) > 40_000:
            raise Refused("msg_too_long")
        return {"text": text, "blocks": _checked(json_of(args.get("blocks", [])))}

    def _described(self, channel: str) -> Answer:
        kept = ("id", "name", "is_archived", "topic", "is_private", "is_im", "is_ext_shared", "creator")
        found = self.channels[channel]
        canvas = {"canvas": {"file_id": found["canvas"], "is_empty": False}} if found.get("canvas") else {}
        return {name: value for name, value in found.items() if name in kept} | {"properties": canvas}


_NAMES = "abcdefghijklmnopqrstuvwxyz0123456789-_"


def _chunk(chunk: Answer) -> bool:
    """Return whether this is a step as Slack takes them (docs.slack.dev/reference/methods/chat.startStream)."""
    states = {"pending", "in_progress", "complete", "error"}
    step = chunk["type"] == "task_update" and chunk.get("status") in states
    return step and bool(chunk.get("id")) and 0 < len(chunk.get("title", "")) <= 256


def _view(view: Any) -> Answer:
    found: Answer = json_of(view)
    _checked(found["blocks"], most=100)
    if found["type"] == "modal" and not 1 <= len(found["title"]["text"]) <= 24:
        raise Refused("invalid_arguments", response_metadata={"messages": ["title"]})
    if len(found.get("private_metadata", "")) > 3000:
        raise Refused("invalid_arguments", response_metadata={"messages": ["private_metadata"]})
    return found


def _checked(blocks: Any, most: int = 50) -> Any:
    if wrong := violations(blocks, most):
        raise Refused("invalid_blocks", response_metadata={"messages": wrong})
    return blocks
