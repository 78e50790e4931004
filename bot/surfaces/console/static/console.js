// What the page does by itself: times in the viewer's zone, the keyboard, and noticing when the live connection is
// lost. Everything also works without it, by reloading.
(() => {
  "use strict";

  const LOOK_MS = 4000; // how often to look while the live connection is lost
  const PATIENCE_MS = 3000; // a reconnection quicker than this is not worth a word
  const NEAR_PX = 160; // this close to the end, what is new scrolls into view

  const byId = (id) => document.getElementById(id);
  const composer = byId("composer");
  const text = byId("text");
  const pending = byId("pending");

  // Times

  const today = new Date().toDateString();
  const showLocally = (root) => {
    for (const time of root.querySelectorAll("time[data-local]")) {
      const at = new Date(time.dateTime);
      const clock = at.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", timeZoneName: "short" });
      const day = at.toLocaleDateString([], { month: "short", day: "numeric" });
      time.textContent = at.toDateString() === today ? clock : `${day}, ${clock}`;
      time.removeAttribute("data-local");
    }
  };
  showLocally(document);
  document.addEventListener("htmx:load", (event) => showLocally(event.detail.elt));

  document.querySelector(".bar nav [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" }); // a phone shows four rooms

  // The live connection

  const connection = byId("connection");
  let polling = null;
  let patience = null;

  const lookAgain = () => htmx.trigger(document.body, "catchup");
  const lost = () => {
    connection.dataset.state = "lost";
    connection.textContent = "Live connection lost. Looking every few seconds.";
    polling ??= setInterval(lookAgain, LOOK_MS);
    lookAgain();
  };
  if (connection) {
    patience = setTimeout(lost, PATIENCE_MS);
    document.addEventListener("htmx:sseOpen", () => {
      const again = connection.dataset.state !== "opening";
      clearTimeout(patience);
      clearInterval(polling);
      patience = polling = null;
      connection.dataset.state = "live";
      connection.textContent = "";
      if (again) lookAgain();
    });
    document.addEventListener("htmx:sseError", () => {
      if (connection.dataset.state === "live") connection.dataset.state = "opening again";
      patience ??= setTimeout(lost, PATIENCE_MS);
    });
    document.addEventListener("visibilitychange", () => {
      if (!document.hidden) lookAgain();
    });
  }

  // A run changes every second: a reason that somebody is writing is not taken from under their hands

  document.addEventListener("htmx:beforeRequest", (event) => {
    const slot = event.detail.elt;
    if (!slot.matches(".slot")) return;
    if (slot.querySelector("details.steer[open]")?.contains(document.activeElement)) event.preventDefault();
  });
  document.addEventListener("toggle", (event) => {
    if (event.target.matches("details.steer") && !event.target.open) lookAgain();
  }, true);

  let opened = [];
  document.addEventListener("htmx:beforeSwap", (event) => {
    opened = [...event.detail.target.querySelectorAll("details[id][open]")].map((each) => each.id);
  });
  document.addEventListener("htmx:afterSwap", () => {
    for (const id of opened) byId(id)?.setAttribute("open", ""); // what somebody reads stays open
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (!form.matches("[data-clears]") || !event.detail.successful) return;
    for (const field of form.querySelectorAll("textarea, input[type=datetime-local]")) field.value = "";
    form.closest("details.steer")?.removeAttribute("open");
  });

  // Saying something

  const nearTheEnd = () => innerHeight + scrollY > document.body.scrollHeight - NEAR_PX;
  const toTheEnd = () => scrollTo({ top: document.body.scrollHeight });
  let follow = false;

  const waitFor = (words) => {
    byId("pending").querySelector(".words").textContent = words;
    pending.hidden = false;
    document.querySelector(".empty")?.remove();
    toTheEnd();
  };

  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt;
    if (!form.matches("[data-says]")) return;
    waitFor(form === composer ? text.value : form.elements.text.value);
    byId("problems").replaceChildren();
    if (form !== composer) return;
    composer.dataset.sent = text.value;
    text.value = "";
  });
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.elt;
    if (!form.matches("[data-says]")) return;
    if (event.detail.successful) {
      sessionStorage.removeItem("draft");
    } else {
      pending.hidden = true;
      if (form === composer && !text.value) text.value = composer.dataset.sent; // nothing typed is ever lost
    }
    if (form === composer && matchMedia("(pointer: fine)").matches) text.focus(); // no keyboard on a phone's screen
  });
  document.addEventListener("htmx:sendError", () => {
    const words = document.createElement("p");
    words.className = "problem";
    words.textContent = "Quarterdeck cannot be reached. Nothing was sent; try again in a moment.";
    byId("problems").replaceChildren(words);
  });
  document.addEventListener("htmx:beforeSwap", () => {
    follow = nearTheEnd();
  });
  document.addEventListener("htmx:afterSwap", (event) => {
    if (event.detail.target?.id !== "feed") return; // what grows has no target: it came by itself
    pending.hidden = true;
    document.querySelector(".empty")?.remove();
    if (follow) byId("feed").lastElementChild.scrollIntoView(); // the question on top, its answer below
  });

  if (composer) {
    text.value ||= sessionStorage.getItem("draft") ?? "";
    text.addEventListener("input", () => sessionStorage.setItem("draft", text.value));
    text.addEventListener("keydown", (event) => {
      if (event.key !== "Enter" || event.shiftKey || event.isComposing) return;
      event.preventDefault();
      if (text.value.trim()) composer.requestSubmit();
    });
    if (byId("feed").childElementCount) toTheEnd();
  }
  document.addEventListener("keydown", (event) => {
    if (event.key !== "/" || event.target.matches("input, textarea")) return;
    event.preventDefault();
    text?.focus();
  });

  // Small things

  document.addEventListener("click", (event) => {
    if (event.target.matches("[data-dismiss]")) byId("problems").replaceChildren();
    const cite = event.target.closest(".cite");
    if (cite) {
      document.querySelector(`${cite.hash} details`)?.setAttribute("open", "");
      document.querySelector(cite.hash)?.closest("details")?.setAttribute("open", "");
    }
    for (const menu of document.querySelectorAll(".me[open]")) {
      if (!menu.contains(event.target)) menu.removeAttribute("open");
    }
  });
})();
