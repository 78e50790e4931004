// The microphone: hold to talk (pointer, or Space and Enter on the button), or tap to begin and tap to end. Esc always
// cancels. Sound goes over a WebSocket of this page's session, and nowhere before somebody presses the button.
(() => {
  "use strict";

  const SLICE_MS = 400; // how often a part of the clip is sent, for words while speaking
  const TAP_MS = 350; // shorter is a tap: it begins, and the next one ends
  const LONGEST_MS = 120000;
  const KINDS = ["audio/webm;codecs=opus", "audio/ogg;codecs=opus", "audio/mp4"];

  const byId = (id) => document.getElementById(id);
  const panel = byId("voice");
  const button = byId("microphone");
  if (!panel || !button) return;
  const level = byId("voice-level");
  const confirm = byId("voice-confirm");
  const reduced = { echoCancellation: true, noiseSuppression: true, autoGainControl: true };

  const WORDS = {
    idle: "Hold the microphone to talk.",
    opening: "One moment.",
    listening: "Listening. Esc cancels.",
    thinking: "Working it out.",
    speaking: "Speaking. Press the microphone to interrupt.",
    off: "",
  };
  const stand = (state, words) => {
    panel.dataset.state = state;
    byId("voice-state").textContent = words ?? WORDS[state];
    button.setAttribute("aria-pressed", String(state === "listening"));
  };

  const off = (why) => {
    button.disabled = true;
    stand("off", why);
  };
  if (!window.isSecureContext || !navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) {
    off("There is no microphone here: it takes a browser that has one, and an address with https.");
    return;
  }
  const kind = KINDS.find((each) => MediaRecorder.isTypeSupported(each)) ?? "";

  // The line

  let line = null;
  let opened = null;
  const open = () => {
    opened ??= new Promise((resolve, reject) => {
      const address = new URL("/console/voice", location.href);
      address.protocol = address.protocol.replace("http", "ws");
      line = new WebSocket(address);
      line.binaryType = "arraybuffer";
      line.onopen = () => tell({ type: "hello", token: panel.dataset.token, thread: panel.dataset.thread });
      line.onmessage = (event) => (typeof event.data === "string" ? told(JSON.parse(event.data), resolve) : play(event.data));
      line.onclose = (event) => {
        opened = line = null;
        wait(null);
        abandon();
        stand("idle", event.code === 4401 ? "Your session is over. Sign in again." : undefined);
        reject(new Error("closed"));
      };
    });
    return opened;
  };
  const tell = (note) => line?.readyState === WebSocket.OPEN && line.send(JSON.stringify(note));

  let answer = null;
  const told = (note, ready) => {
    if (note.type === "ready") ready();
    else if (note.type === "partial") byId("voice-heard").textContent = note.text;
    else if (note.type === "dial") byId("voice-says").textContent = `Dial ${note.digits} and the hash key, within five minutes.`;
    else if (note.type === "problem") {
      byId("voice-says").textContent = note.text;
      stand("idle");
    } else if (note.type === "answer") {
      answer = note;
      if (note.heard) byId("voice-heard").textContent = note.heard;
      byId("voice-says").textContent = note.says;
      wait(note.waiting);
      if (note.hush || !note.says) hush();
      else if (!note.sound) aloud(note);
    }
  };

  // What waits for a code or its button

  let waiting = null;
  let late = null;
  const wait = (found) => {
    clearTimeout(late);
    waiting = found;
    confirm.hidden = !found;
    if (!found) return;
    confirm.textContent = `Go ahead: ${found.says}`;
    late = setTimeout(() => wait(null), Math.max(0, new Date(found.until) - Date.now()));
  };
  confirm.addEventListener("click", () => {
    if (waiting) tell({ type: "press", id: waiting.id });
    wait(null);
  });

  // Speaking

  let sounding = null;
  let speaker = null;
  const hush = () => {
    sounding?.stop();
    sounding = null;
    window.speechSynthesis?.cancel();
    if (panel.dataset.state === "speaking" || panel.dataset.state === "thinking") stand("idle");
  };
  const finished = () => panel.dataset.state === "speaking" && stand("idle");
  const play = async (data) => {
    speaker ??= new AudioContext();
    await speaker.resume();
    const source = speaker.createBufferSource();
    source.buffer = await speaker.decodeAudioData(data);
    source.connect(speaker.destination);
    source.onended = finished;
    if (recorder) return; // somebody speaks by now
    hush();
    sounding = source;
    stand("speaking");
    source.start();
  };
  const aloud = (note) => {
    if (!window.speechSynthesis) return stand("idle");
    const words = new SpeechSynthesisUtterance(note.says);
    words.rate = note.pace;
    words.lang = "en";
    words.onend = words.onerror = finished;
    hush();
    stand("speaking");
    speechSynthesis.speak(words);
  };

  // Listening

  let recorder = null;
  let stream = null;
  let held = 0; // when it was pressed
  let wanted = false;
  let limit = null;

  const release = () => {
    clearTimeout(limit);
    for (const track of stream?.getTracks() ?? []) track.stop();
    stream = recorder = null;
    level.value = 0;
  };
  const abandon = () => {
    wanted = false;
    if (recorder?.state === "recording") {
      recorder.ondataavailable = recorder.onstop = null;
      recorder.stop();
    }
    release();
  };

  const measure = (source) => {
    const context = new AudioContext();
    const analyser = context.createAnalyser();
    context.createMediaStreamSource(source).connect(analyser);
    const samples = new Float32Array(analyser.fftSize);
    const look = () => {
      if (stream !== source) return context.close();
      analyser.getFloatTimeDomainData(samples);
      level.value = Math.min(1, 4 * Math.sqrt(samples.reduce((sum, each) => sum + each * each, 0) / samples.length));
      requestAnimationFrame(look);
    };
    look();
  };

  const begin = async () => {
    if (wanted) return;
    wanted = true;
    hush();
    stand("opening");
    byId("voice-heard").textContent = "";
    try {
      const [source] = await Promise.all([navigator.mediaDevices.getUserMedia({ audio: reduced }), open()]);
      stream = source;
    } catch (error) {
      abandon();
      const denied = error.name === "NotAllowedError";
      return stand("idle", denied ? "The microphone is not allowed here. Allow it in the browser." : "There is no microphone, or no connection.");
    }
    if (!wanted) {
      release();
      return stand("idle");
    }
    measure(stream);
    recorder = new MediaRecorder(stream, kind ? { mimeType: kind, audioBitsPerSecond: 32000 } : {});
    tell({ type: "start", mime: recorder.mimeType });
    let sending = Promise.resolve();
    recorder.ondataavailable = (event) => {
      sending = sending.then(async () => event.data.size && line?.send(await event.data.arrayBuffer()));
    };
    recorder.onstop = async () => {
      await sending;
      release();
      stand("thinking");
      tell({ type: "stop" });
    };
    recorder.start(SLICE_MS);
    limit = setTimeout(end, LONGEST_MS);
    stand("listening");
  };
  const end = () => {
    wanted = false;
    if (recorder?.state === "recording") recorder.stop();
  };
  const cancel = () => {
    abandon();
    hush();
    wait(null);
    byId("voice-heard").textContent = "";
    stand("idle");
    tell({ type: "cancel" });
  };

  const press = () => {
    if (wanted) return end(); // the second tap
    held = Date.now();
    begin();
  };
  const lift = () => {
    if (held && Date.now() - held > TAP_MS) end();
    held = 0;
  };
  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    button.setPointerCapture(event.pointerId);
    press();
  });
  button.addEventListener("pointerup", lift);
  button.addEventListener("pointercancel", cancel);
  button.addEventListener("contextmenu", (event) => event.preventDefault()); // a long press on a phone
  button.addEventListener("keydown", (event) => {
    if ((event.key !== " " && event.key !== "Enter") || event.repeat) return;
    event.preventDefault();
    press();
  });
  button.addEventListener("keyup", (event) => {
    if (event.key === " " || event.key === "Enter") lift();
  });
  document.addEventListener("keydown", (event) => event.key === "Escape" && cancel());
  byId("voice-cancel").addEventListener("click", cancel);
  for (const words of ["repeat", "slower"]) {
    byId(`voice-${words}`).addEventListener("click", () => open().then(() => tell({ type: "say", words }), () => {}));
  }
  byId("voice-dial")?.addEventListener("click", () => open().then(() => tell({ type: "dial" }), () => {}));
  addEventListener("pagehide", () => line?.close());
  stand("idle");
})();
