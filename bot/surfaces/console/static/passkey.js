// Asks the browser for a passkey: makes one (data-passkey="create") or signs with one (data-passkey="get"). What is
// asked for and what came back go to the server as forms; what goes wrong is said in the page.
(() => {
  "use strict";

  const problems = document.getElementById("problems");

  const say = (text) => {
    const line = document.createElement("p");
    line.className = "problem";
    line.dataset.testid = "problem";
    line.textContent = text;
    problems.replaceChildren(line);
  };

  // Returns the answer of a form sent to this address, or null after showing the problem the server found.
  const send = async (form, address, more = {}) => {
    const body = new URLSearchParams(new FormData(form));
    for (const [name, value] of Object.entries(more)) body.set(name, value);
    const response = await fetch(address, { method: "POST", body, headers: { "HX-Request": "true" } });
    if (response.ok) return response.json();
    problems.innerHTML = await response.text(); // the server's own escaped page part, as htmx would put it here
    return null;
  };

  const authenticate = (kind, options) =>
    kind === "create"
      ? navigator.credentials.create({ publicKey: PublicKeyCredential.parseCreationOptionsFromJSON(options) })
      : navigator.credentials.get({ publicKey: PublicKeyCredential.parseRequestOptionsFromJSON(options) });

  const run = async (form) => {
    const asked = await send(form, form.dataset.ask);
    if (!asked) return;
    const credential = await authenticate(form.dataset.passkey, asked.options);
    const answer = JSON.stringify(credential.toJSON());
    const { options, ...given } = asked;
    const done = await send(form, form.dataset.done, { ...given, answer });
    if (done) location.assign(done.next);
  };

  document.addEventListener("submit", async (event) => {
    const form = event.target;
    if (!form.dataset.passkey) return;
    event.preventDefault();
    const button = form.querySelector("button");
    button.disabled = true;
    problems.replaceChildren();
    try {
      if (!window.PublicKeyCredential) throw new Error("This browser knows no passkeys, or the page is not secure.");
      await run(form);
    } catch (error) {
      say(`The passkey was not used: ${error.message}`);
    } finally {
      button.disabled = false;
    }
  });
})();
