// Passkeys in the browser: navigator.credentials with the service's options, the answer posted back as JSON.
"use strict";
(() => {
  const bytes = (text) => Uint8Array.from(atob(text.replaceAll("-", "+").replaceAll("_", "/")), (c) => c.charCodeAt(0));
  const text = (buffer) => btoa(String.fromCharCode(...new Uint8Array(buffer))).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

  const opened = (options) => ({
    ...options,
    challenge: bytes(options.challenge),
    ...(options.user && { user: { ...options.user, id: bytes(options.user.id) } }),
    ...(options.excludeCredentials && { excludeCredentials: options.excludeCredentials.map((known) => ({ ...known, id: bytes(known.id) })) }),
    ...(options.allowCredentials && { allowCredentials: options.allowCredentials.map((known) => ({ ...known, id: bytes(known.id) })) }),
  });
  const closed = (credential) => {
    const answer = credential.response;
    const response = { clientDataJSON: text(answer.clientDataJSON) };
    for (const part of ["attestationObject", "authenticatorData", "signature", "userHandle"]) {
      if (answer[part]) response[part] = text(answer[part]);
    }
    if (answer.getTransports) response.transports = answer.getTransports();
    return { id: credential.id, rawId: text(credential.rawId), type: credential.type, response, clientExtensionResults: credential.getClientExtensionResults() };
  };
  const post = async (address, csrf, body) => {
    const answer = await fetch(address, {
      method: "POST",
      headers: { "Content-Type": "application/json", "Accept": "application/json", "X-CSRF-Token": csrf },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  };

  const ceremony = async (place) => {
    const { mode, options, finish, csrf, next } = { mode: place.dataset.passkey, ...place.dataset };
    const begun = await post(options, csrf, {});
    const publicKey = opened(begun.options);
    const credential = mode === "create" ? await navigator.credentials.create({ publicKey }) : await navigator.credentials.get({ publicKey });
    const body = { ceremony: begun.ceremony, credential: closed(credential) };
    const label = place.querySelector("[data-passkey-label]")?.value;
    if (label) body.label = label;
    if (next) body.next = next;
    return post(finish, csrf, body);
  };

  document.querySelectorAll("[data-passkey]").forEach((place) => {
    const part = (name) => place.querySelector(`[data-passkey-${name}]`);
    const here = /^[\d.]+$|^\[/.test(location.hostname);
    if (here) {
      // An address by number cannot hold passkeys (WebAuthn level 3, 5.1.2): the same service answers by its name.
      const named = new URL(location.href);
      named.hostname = "localhost";
      part("origin").href = named.href;
      part("origin").textContent = named.origin;
      part("elsewhere").hidden = false;
      return;
    }
    if (!window.PublicKeyCredential) { part("unsupported").hidden = false; return; }
    const start = part("start");
    start.hidden = false;
    const label = part("label");
    if (label) label.hidden = false;
    start.addEventListener("click", async () => {
      start.disabled = true;
      part("failed").hidden = true;
      part("busy").hidden = false;
      try {
        location.assign((await ceremony(place)).next);
      } catch {
        part("failed").hidden = false;
        start.disabled = false;
      }
      part("busy").hidden = true;
    });
  });
})();
