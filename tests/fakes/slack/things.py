"""What a Slack workspace holds besides messages: pins, bookmarks, canvases and files."""

import json
from collections.abc import Iterator
from typing import Any

BOT, BOT_USER = "B0QD", "U0QD"

Args = dict[str, Any]
Answer = dict[str, Any]


class Refused(Exception):
    """Slack's no, by its name."""

    def __init__(self, error: str, **more: Any) -> None:
        super().__init__(error)
        self.error = error
        self.more = more


def json_of(value: Any) -> Any:
    """Return what was sent as JSON, or as it is."""
    return json.loads(value) if isinstance(value, str) else value


class Things:
    """A part of the workspace, which has the channels and the rest."""

    channels: dict[str, Answer]
    canvases: dict[str, str]
    files: dict[str, Answer]
    _numbers: Iterator[int]

    def _channel(self, args: Args) -> Answer:
        raise NotImplementedError

    def post(self, channel: str, user: str, text: str, thread: str | None = None, **more: Any) -> Answer:
        raise NotImplementedError

    def pins_add(self, args: Args) -> Answer:
        pins = self._channel(args)["pins"]
        if args["timestamp"] in pins:
            raise Refused("already_pinned")
        pins.append(args["timestamp"])
        return {}

    def bookmarks_add(self, args: Args) -> Answer:
        bookmark = {"id": f"Bk{next(self._numbers)}", "title": args["title"], "link": args.get("link", "")}
        self.channels[args["channel_id"]]["bookmarks"].append(bookmark)
        return {"bookmark": bookmark}

    def bookmarks_edit(self, args: Args) -> Answer:
        for bookmark in self.channels[args["channel_id"]]["bookmarks"]:
            if bookmark["id"] == args["bookmark_id"]:
                bookmark |= {name: args[name] for name in ("title", "link") if name in args}
                return {"bookmark": bookmark}
        raise Refused("not_found")

    def bookmarks_list(self, args: Args) -> Answer:
        return {"bookmarks": self.channels[args["channel_id"]]["bookmarks"]}

    def conversations_canvases_create(self, args: Args) -> Answer:
        if self.channels[args["channel_id"]].get("canvas"):
            raise Refused("channel_canvas_already_exists")
        canvas = f"F{next(self._numbers):04d}"
        self.canvases[canvas] = json_of(args["document_content"])["markdown"]
        self.channels[args["channel_id"]]["canvas"] = canvas
        return {"canvas_id": canvas}

    def canvases_edit(self, args: Args) -> Answer:
        if args["canvas_id"] not in self.canvases:
            raise Refused("canvas_not_found")
        for change in json_of(args["changes"]):
            if change["operation"] != "replace":
                raise Refused("invalid_arguments")
            self.canvases[args["canvas_id"]] = change["document_content"]["markdown"]
        return {}

    def files_getUploadURLExternal(self, args: Args) -> Answer:  # noqa: N802 - Slack's name
        name = f"F{next(self._numbers):04d}"
        self.files[name] = {"id": name, "name": args["filename"], "length": int(args["length"]), "bytes": b""}
        return {"file_id": name, "upload_url": f"/upload/{name}"}

    def files_completeUploadExternal(self, args: Args) -> Answer:  # noqa: N802 - Slack's name
        done = []
        for each in json_of(args["files"]):
            file = self.files.get(each["id"])
            if file is None or len(file["bytes"]) != file["length"]:
                raise Refused("file_not_found")
            file["title"] = each.get("title", "")
            done.append({"id": file["id"], "title": file["title"], "name": file["name"]})
        if args.get("channel_id"):
            message = self.post(args["channel_id"], BOT_USER, "", args.get("thread_ts"), bot_id=BOT, files=done)
            message["text"] = args.get("initial_comment", "")
        return {"files": done}
