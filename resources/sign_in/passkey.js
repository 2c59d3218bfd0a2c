// The page for passkeys: asks the server what is wanted, the browser for the passkey, and leads back to the desk.
"use strict";

const handle = new URLSearchParams(location.hash.slice(1)).get("h") || "";
const help = document.getElementById("help");
const go = document.getElementById("go");
const state = document.getElementById("state");
const words = JSON.parse(state.dataset.words);

function bytes(text) {
  const plain = atob(text.replace(/-/g, "+").replace(/_/g, "/"));
  return Uint8Array.from(plain, (one) => one.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replace(/\+/g, "-").replace(/\//g, "_").replace(/=+$/, "");
}

function named(list) {
  return (list || []).map((one) => ({ ...one, id: bytes(one.id) }));
}

// Options as the browser wants them: what travels as text becomes bytes.
function readable(options) {
  const read = { ...options, challenge: bytes(options.challenge) };
  if (options.user) read.user = { ...options.user, id: bytes(options.user.id) };
  if (options.excludeCredentials) read.excludeCredentials = named(options.excludeCredentials);
  if (options.allowCredentials) read.allowCredentials = named(options.allowCredentials);
  return read;
}

// And the answer as it travels.
function sendable(made) {
  const response = {};
  for (const name of ["clientDataJSON", "attestationObject", "authenticatorData", "signature", "userHandle"]) {
    if (made.response[name]) response[name] = text(made.response[name]);
  }
  return { id: made.id, rawId: text(made.rawId), type: made.type, response };
}

async function ask(path, body) {
  const answer = await fetch(path, {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify(body),
    cache: "no-store",
  });
  if (!answer.ok) throw new Error(answer.status === 401 ? "wrong" : "gone");
  return answer.json();
}

function end(word) {
  go.hidden = true;
  help.hidden = true;
  state.textContent = words[word];
}

async function run() {
  go.disabled = true;
  state.textContent = words.busy;
  try {
    const wanted = await ask("/api/v1/passkey/options", { handle });
    const publicKey = readable(wanted.options);
    const made = await (wanted.add ? navigator.credentials.create({ publicKey }) : navigator.credentials.get({ publicKey }));
    const done = await ask("/api/v1/passkey/answer", { handle, credential: sendable(made) });
    end("done");
    location.replace(done.url);
  } catch (error) {
    if (error.message === "gone") return end("gone");
    state.textContent = error.name === "InvalidStateError" ? words.known : words.cancelled;
    go.disabled = false;
    go.focus();
  }
}

async function start() {
  if (!window.PublicKeyCredential) return end("none");
  try {
    const wanted = await ask("/api/v1/passkey/options", { handle });
    help.textContent = words[wanted.add ? "add-help" : "use-help"];
    go.textContent = words[wanted.add ? "add" : "use"];
    go.disabled = false;
    go.addEventListener("click", run);
    go.focus();
  } catch {
    end("gone");
  }
}

start();
