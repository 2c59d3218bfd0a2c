/* The chat for customers' pages: one file, no framework. It talks to the server it came from; /asyncapi.yaml has the contract.
   <script src="https://HOST/widget.js" data-site="KEY" async></script>  Optional: data-lang, data-color, data-position. */
(() => {
  "use strict";
  const script = document.currentScript || document.querySelector("script[data-site][src*='widget.js']");
  if (!script || window.AgentDesk) return;
  const { site, color, position } = script.dataset;
  const origin = new URL(script.src).origin;

  // ---- Words: English, German, French, Spanish, Arabic ----
  const LANGS = ["en", "de", "fr", "es", "ar"];
  const WORDS = {
    chat: ["Chat", "Chat", "Chat", "Chat", "محادثة"],
    open: ["Open chat", "Chat öffnen", "Ouvrir le chat", "Abrir el chat", "فتح المحادثة"],
    close: ["Close chat", "Chat schließen", "Fermer le chat", "Cerrar el chat", "إغلاق المحادثة"],
    online: ["Online", "Online", "En ligne", "En línea", "متصل"],
    away: ["Away", "Nicht da", "Absent", "Ausente", "غير متاح"],
    log: ["Messages", "Nachrichten", "Messages", "Mensajes", "الرسائل"],
    write: ["Write a message…", "Nachricht schreiben …", "Écrire un message…", "Escribe un mensaje…", "اكتب رسالة…"],
    send: ["Send", "Senden", "Envoyer", "Enviar", "إرسال"],
    attach: ["Attach a file", "Datei anhängen", "Joindre un fichier", "Adjuntar un archivo", "إرفاق ملف"],
    emoji: ["Emoji", "Emoji", "Émoji", "Emoji", "رموز تعبيرية"],
    you: ["You", "Sie", "Vous", "Tú", "أنت"],
    sending: ["Sending…", "Wird gesendet …", "Envoi…", "Enviando…", "جارٍ الإرسال…"],
    typing: ["{0} is typing…", "{0} schreibt …", "{0} écrit…", "{0} está escribiendo…", "{0} يكتب…"],
    joined: ["{0} joined", "{0} ist dazugekommen", "{0} a rejoint le chat", "{0} se ha unido", "انضم {0}"],
    left: ["{0} left", "{0} ist gegangen", "{0} a quitté le chat", "{0} ha salido", "غادر {0}"],
    unread: ["Unread: {0}", "Ungelesen: {0}", "Non lus : {0}", "Sin leer: {0}", "غير مقروءة: {0}"],
    newer: ["New messages", "Neue Nachrichten", "Nouveaux messages", "Mensajes nuevos", "رسائل جديدة"],
    edit: ["Edit", "Bearbeiten", "Modifier", "Editar", "تعديل"],
    remove: ["Remove {0}", "{0} entfernen", "Retirer {0}", "Quitar {0}", "إزالة {0}"],
    name: ["Name", "Name", "Nom", "Nombre", "الاسم"],
    email: ["E-mail", "E-Mail", "E-mail", "Correo electrónico", "البريد الإلكتروني"],
    save: ["Save", "Speichern", "Enregistrer", "Guardar", "حفظ"],
    solved: ["This is solved. Write to open it again.", "Das ist gelöst. Schreiben Sie, um es wieder zu öffnen.",
      "C’est résolu. Écrivez pour rouvrir.", "Está resuelto. Escribe para reabrirlo.", "تم الحل. اكتب لإعادة الفتح."],
    leave: ["Nobody is here right now. Leave a message: it becomes a case, and we answer by e-mail.",
      "Gerade ist niemand da. Hinterlassen Sie eine Nachricht: Daraus wird ein Vorgang, und wir antworten per E-Mail.",
      "Personne n’est là. Laissez un message : il devient un dossier et nous répondons par e-mail.",
      "Ahora no hay nadie. Deja un mensaje: será un caso y responderemos por correo.",
      "لا أحد متاح الآن. اترك رسالة وستصبح طلبًا نجيب عنه بالبريد الإلكتروني."],
    thanks: ["Thank you. We answer to {0}.", "Danke. Wir antworten an {0}.", "Merci. Nous répondons à {0}.",
      "Gracias. Responderemos a {0}.", "شكرًا. سنجيب على {0}."],
    lost: ["No connection. What you write is kept and sent later.", "Keine Verbindung. Was Sie schreiben, wird später gesendet.",
      "Pas de connexion. Vos messages partiront plus tard.", "Sin conexión. Lo que escribas se enviará después.",
      "لا يوجد اتصال. سنرسل ما تكتبه لاحقًا."],
    none: ["The chat is not available on this page.", "Der Chat ist auf dieser Seite nicht verfügbar.",
      "Le chat n’est pas disponible sur cette page.", "El chat no está disponible en esta página.",
      "المحادثة غير متاحة في هذه الصفحة."],
    failed: ["Not sent.", "Nicht gesendet.", "Non envoyé.", "No enviado.", "لم تُرسل."],
    long: ["Too long: {0} of {1} characters.", "Zu lang: {0} von {1} Zeichen.", "Trop long : {0} caractères sur {1}.",
      "Demasiado largo: {0} de {1} caracteres.", "طويل جدًا: {0} من {1} حرف."],
    asks: ["Before you write", "Bevor Sie schreiben", "Avant d’écrire", "Antes de escribir", "قبل أن تكتب"],
    check: ["Please check: {0}", "Bitte prüfen: {0}", "Veuillez vérifier : {0}", "Revisa: {0}", "يرجى التحقق من: {0}"],
    needed: ["Please fill in: {0}", "Bitte ausfüllen: {0}", "Veuillez remplir : {0}", "Completa: {0}", "يرجى ملء: {0}"],
    optional: ["optional", "freiwillig", "facultatif", "opcional", "اختياري"],
    yes: ["Yes", "Ja", "Oui", "Sí", "نعم"],
    no: ["No", "Nein", "Non", "No", "لا"],
    big: ["{0} is larger than {1}.", "{0} ist größer als {1}.", "{0} dépasse {1}.", "{0} supera {1}.", "{0} أكبر من {1}."],
    nofile: ["{0} could not be loaded.", "{0} konnte nicht geladen werden.", "{0} n’a pas pu être chargé.",
      "No se pudo cargar {0}.", "تعذر تحميل {0}."],
  };
  const wanted = [script.dataset.lang, document.documentElement.lang, ...(navigator.languages || [])];
  const lang = wanted.map((tag) => (tag || "").slice(0, 2).toLowerCase()).find((tag) => LANGS.includes(tag)) || "en";
  const locales = [...wanted.slice(2).filter((tag) => tag.startsWith(lang)), lang];
  const t = (key, ...values) => WORDS[key][LANGS.indexOf(lang)].replace(/\{(\d)\}/g, (_, index) => values[index]);
  const clock = (at) => new Intl.DateTimeFormat(locales, { hour: "numeric", minute: "2-digit" }).format(at);
  const bytes = (size) => new Intl.NumberFormat(locales, size < 1e6
    ? { style: "unit", unit: "kilobyte", maximumFractionDigits: 0 }
    : { style: "unit", unit: "megabyte", maximumFractionDigits: 1 }).format(size < 1e6 ? Math.ceil(size / 1e3) : size / 1e6);
  const day = (at) => {
    const midnight = (time) => new Date(time).setHours(0, 0, 0, 0);
    const ago = Math.round((midnight(at) - midnight(Date.now())) / 864e5);
    const word = ago > -2 ? new Intl.RelativeTimeFormat(locales, { numeric: "auto" }).format(Math.min(ago, 0), "day")
      : new Intl.DateTimeFormat(locales, { dateStyle: "medium" }).format(at);
    return `${word[0].toLocaleUpperCase(lang)}${word.slice(1)} ${clock(at)}`;
  };

  // ---- What outlives the page: every waiting message has a key of its own, so that two tabs never overwrite each other ----
  const cupboard = (area) => {
    const memory = new Map();
    const full = (key) => `agentdesk:${site}:${key}`;
    let real = null;
    try { real = window[area]; } catch { /* forbidden here: memory has to do */ }
    const attempt = (work) => { try { return work(); } catch { return undefined; } };
    return {
      get: (key) => attempt(() => JSON.parse(memory.get(key) ?? attempt(() => real.getItem(full(key))) ?? "null")) ?? null,
      put: (key, value) => {
        const text = JSON.stringify(value);
        memory.set(key, text);
        attempt(() => { real.setItem(full(key), text); memory.delete(key); });
      },
      drop: (key) => { memory.delete(key); attempt(() => real.removeItem(full(key))); },
      keys: (start) => [...memory.keys(), ...(attempt(() => Object.keys(real)) || [])
        .filter((key) => key.startsWith(full(""))).map((key) => key.slice(full("").length))].filter((key) => key.startsWith(start)),
    };
  };
  const kept = cupboard("localStorage");
  const tab = cupboard("sessionStorage");

  let stamp = 0;
  const hex = (buffer) => [...new Uint8Array(buffer)].map((byte) => byte.toString(16).padStart(2, "0")).join("");
  const uuid = () => { // version 7, rising within this page even inside one millisecond
    stamp = Math.max(Date.now(), stamp + 1);
    const time = stamp.toString(16).padStart(12, "0");
    const random = crypto.getRandomValues(new Uint8Array(10));
    const rest = hex(random);
    return `${time.slice(0, 8)}-${time.slice(8)}-7${rest.slice(0, 3)}-${"89ab"[random[9] & 3]}${rest.slice(3, 6)}-${rest.slice(6, 18)}`;
  };

  // ---- State ----
  const book = new Map(); // id -> message {id, seq, order, from, name, text, at, files, no, node}; order is Infinity until the server has it
  const sent = new Set(); // ids said on this connection and not answered yet
  let session = null, place = null, socket = null, live = false, busy = false, stale = true, blocked = false;
  let attempts = 0, since = 0, retry = 0, silent = false, skew = 0, last = 0, heard = 0, read = kept.get("read") || 0;
  let online = true, agent = null, limits = { max_text: 4000, max_file: 10485760 }, loaded = false;
  let files = [], opened = false, atEnd = true, typingSent = 0, typingTimer = 0, dotsTimer = 0, lostTimer = 0;

  // ---- Elements ----
  const h = (tag, attributes = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [key, value] of Object.entries(attributes)) {
      if (key.startsWith("on")) node.addEventListener(key.slice(2), value);
      else if (value !== false && value != null) node.setAttribute(key, value === true ? "" : value);
    }
    node.append(...children);
    return node;
  };
  const icon = (path) => {
    const make = (tag, attributes) => {
      const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const key in attributes) node.setAttribute(key, attributes[key]);
      return node;
    };
    const svg = make("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" });
    svg.append(make("path", { d: path }));
    return svg;
  };
  const button = (label, path, onclick, attributes) =>
    h("button", { type: "button", class: "icon", "aria-label": label, title: label, onclick, ...attributes }, icon(path));
  const CROSS = "M6 6l12 12M18 6L6 18", CLIP = "M19.5 11.5l-7.4 7.4a4.6 4.6 0 0 1-6.5-6.5l8-8a3.1 3.1 0 0 1 4.4 4.4l-8 8a1.6 1.6 0 0 1-2.2-2.2l6.9-7";
  const SMILE = "M12 3.5a8.5 8.5 0 1 0 0 17a8.5 8.5 0 0 0 0-17zM9 10v.01M15 10v.01M8.3 14a4.3 4.3 0 0 0 7.4 0";

  const badge = h("span", { class: "badge", hidden: true });
  const launcher = h("button", { type: "button", class: "launcher", "aria-label": t("open"), "aria-expanded": "false", onclick: () => show() },
    icon("M12 4c-4.7 0-8.5 3.3-8.5 7.4 0 2 .9 3.8 2.4 5.1L5 20.5l4.3-1.9c.9.2 1.8.3 2.7.3 4.7 0 8.5-3.3 8.5-7.5S16.7 4 12 4z"), badge);
  const face = h("span", { class: "face", "aria-hidden": "true" });
  const title = h("h2", { id: "title" });
  const sub = h("p", { class: "sub" });
  const strip = h("p", { class: "strip", role: "status" });
  const dots = h("div", { class: "row agent dots", "aria-hidden": "true", hidden: true }, h("div", { class: "bubble" }, h("i"), h("i"), h("i")));
  const said = h("span", { class: "vh", role: "status" });
  const bones = h("div", { class: "bones", "aria-hidden": "true" }, h("i"), h("i"), h("i"));
  const greeting = h("div", { class: "row agent", hidden: true }, h("div", { class: "bubble" }, h("div", { class: "text", dir: "auto" })));
  const log = h("div", { class: "log", role: "log", "aria-live": "polite", "aria-label": t("log"), "aria-busy": "true", tabindex: "0" },
    bones, greeting, dots);
  const newer = h("button", { type: "button", class: "newer", hidden: true, onclick: () => toEnd() }, icon("M12 5v14M6 13l6 6 6-6"), t("newer"));
  const who = h("form", { class: "who", hidden: true, novalidate: true, onsubmit: (event) => { event.preventDefault(); introduce(); } },
    h("p", {}, t("leave")),
    h("label", {}, t("name"), h("input", { name: "name", autocomplete: "name", maxlength: "120", dir: "auto" })),
    h("label", {}, t("email"), h("input", { name: "email", type: "email", autocomplete: "email", maxlength: "254", dir: "ltr" })),
    h("button", { class: "plain" }, t("save")));
  const ask = h("form", { class: "who ask", hidden: true, novalidate: true, "aria-label": t("asks"),
    onsubmit: (event) => event.preventDefault(),
    onkeydown: (event) => {
      if (event.key !== "Enter" || event.isComposing || event.target.localName !== "input") return;
      event.preventDefault();
      area.focus();
    },
    oninput: ({ target }) => { target.removeAttribute("aria-invalid"); hint.textContent = ""; tab.put("answers", answers()); drawAsk(); } });
  const chips = h("ul", { class: "chips", hidden: true });
  const hint = h("p", { class: "hint", role: "status" });
  const area = h("textarea", { rows: "1", dir: "auto", "aria-label": t("write"), placeholder: t("write"), enterkeyhint: "send" });
  const picker = h("input", { type: "file", multiple: true, hidden: true, onchange: () => { [...picker.files].forEach(attach); picker.value = ""; } });
  const clip = button(t("attach"), CLIP, () => picker.click());
  const faces = h("div", { class: "faces", role: "group", "aria-label": t("emoji"), hidden: true });
  const smile = button(t("emoji"), SMILE, () => toggleFaces(faces.hidden), { "aria-expanded": "false" });
  const send = h("button", { type: "button", class: "send", onclick: () => say() }, t("send"));
  const closer = button(t("close"), CROSS, () => hide());
  const panel = h("section", { class: "panel", role: "dialog", "aria-labelledby": "title", hidden: true },
    h("header", {}, face, h("div", { class: "names" }, title, sub), closer),
    h("div", { class: "middle" }, strip, log, newer), said, who, ask, hint,
    h("div", { class: "composer" }, chips, area, faces, h("div", { class: "bar" }, clip, smile, picker, h("span", { class: "gap" }), send)));
  const root = h("div", { class: "root", lang, dir: lang === "ar" ? "rtl" : "ltr" }, launcher, panel);
  if (position === "left" || position === "right") root.classList.add(position);

  // ---- Text from people: nodes only, never markup ----
  const LINK = /https?:\/\/[^\s<>"'`\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069]+/gi;
  const safeLink = (text) => {
    try {
      const url = new URL(text);
      return /^https?:$/.test(url.protocol) && !url.username && !url.password ? url.href : null;
    } catch { return null; }
  };
  const written = (text) => {
    const parts = [];
    let end = 0;
    for (const match of text.matchAll(LINK)) {
      const shown = match[0].replace(/[.,;:!?)\]}]+$/, "");
      const href = safeLink(shown);
      if (!href) continue;
      parts.push(text.slice(end, match.index), h("a", { href, target: "_blank", rel: "noopener noreferrer nofollow" }, shown));
      end = match.index + shown.length;
    }
    return [...parts, text.slice(end)];
  };
  const LOOKS = { b: "strong", i: "em", s: "s", c: "code" };
  const run = ([text, looks, href]) => {
    const to = href && (safeLink(href) || (/^(mailto|tel):[^\s<>"]+$/i.test(href) ? href : null));
    let nodes = to || looks.includes("c") ? [text] : written(text);
    for (const look of looks) if (Object.hasOwn(LOOKS, look)) nodes = [h(LOOKS[look], {}, ...nodes)];
    return to ? [h("a", { href: to, target: "_blank", rel: "noopener noreferrer nofollow" }, ...nodes)] : nodes;
  };
  const formed = (lines) => { // what colleagues wrote, from the server's plain parts
    const top = h("div", { class: "text rich" });
    let at = top, quotes = 0, code = null;
    const lists = [];
    for (const { k = "text", q = 0, d = 0, m = "", r = [] } of lines) {
      const depth = Math.min(d, 6), words = r.flatMap(run);
      if (q !== quotes) {
        at = q ? top.appendChild(h("blockquote")) : top;
        quotes = q;
        lists.length = 0;
        code = null;
      }
      if (k === "code") {
        if (!code) at.append(h("pre", { dir: "ltr" }, code = h("code")));
        else code.append("\n");
        code.append(r.map(([text]) => text).join(""));
        continue;
      }
      code = null;
      lists.length = Math.min(lists.length, depth);
      if (k === "item") {
        const tag = m === "•" ? "ul" : "ol";
        if (lists.length === depth && lists.at(-1).localName !== tag) lists.pop();
        while (lists.length < depth) {
          const inside = lists.at(-1);
          lists.push((inside ? inside.lastElementChild || inside : at).appendChild(h(tag)));
        }
        lists.at(-1).append(h("li", { dir: "auto", value: tag === "ol" && Number.parseInt(m, 10) }, ...words));
      } else if (lists.at(-1)?.lastElementChild) lists.at(-1).lastElementChild.append(h("br"), ...words);
      else if (k === "rule") at.append(h("hr"));
      else at.append(h("div", { dir: "auto" }, ...(k === "heading" ? [h("strong", {}, ...words)] : words.length ? words : [h("br")])));
    }
    return top;
  };
  const auth = () => ({ authorization: `Bearer ${session?.token}` });
  const blobAt = (digest) => `${origin}/api/v1/blobs/${digest}`;
  const PICTURE = /^image\/(png|jpeg|gif|webp)$/;
  const blobOf = async (file) => { // any other type could run as a page of the host's origin
    const reply = await fetch(blobAt(file.digest), { headers: auth(), credentials: "omit" });
    if (!reply.ok) throw new Error(reply.status);
    return URL.createObjectURL(new Blob([await reply.blob()], { type: PICTURE.test(file.type) ? file.type : "application/octet-stream" }));
  };
  const download = async (file) => {
    try {
      const href = await blobOf(file);
      h("a", { href, download: file.name }).click();
      setTimeout(() => URL.revokeObjectURL(href), 60000);
    } catch { hint.textContent = t("nofile", file.name); }
  };
  const seen = new IntersectionObserver((entries) => entries.filter((entry) => entry.isIntersecting).forEach(async ({ target }) => {
    seen.unobserve(target);
    try {
      const picture = h("img", { alt: "", src: await blobOf(target.file), onerror: () => picture.remove(), onload: () => { URL.revokeObjectURL(picture.src); follow(); } });
      target.prepend(picture);
    } catch { /* the name and the download stay */ }
  }));
  const fileButton = (file) => {
    const node = h("button", { type: "button", class: "file", onclick: () => download(file) },
      h("span", { dir: "auto" }, file.name), h("small", {}, bytes(file.size)));
    node.file = file;
    if (PICTURE.test(file.type) && file.size <= limits.max_file) seen.observe(node);
    return node;
  };

  // ---- The log: rows are made once, moved only when their place changes ----
  const build = (item) => {
    item.day = h("div", { class: "day", hidden: true });
    item.meta = h("div", { class: "meta" });
    item.node = h("div", { class: `row ${item.from}`, "data-id": item.id }, item.day, h("div", { class: "bubble" },
      h("span", { class: "vh" }, item.from === "system" ? "" : `${item.from === "visitor" ? t("you") : item.name}: `),
      ...(item.rich ? [formed(item.rich)] : item.text ? [h("div", { class: "text", dir: "auto" }, ...written(item.text))] : []), ...item.files.map(fileButton)), item.meta);
  };
  const describe = (item, before, after) => {
    const far = (a, b) => !a || !b || a.from !== b.from || a.name !== b.name || Math.abs(a.at - b.at) > 3e5;
    const newDay = !before || new Date(before.at).toDateString() !== new Date(item.at).toDateString();
    item.day.hidden = !newDay;
    if (newDay && !item.day.textContent) item.day.textContent = day(item.at);
    item.node.classList.toggle("next", !newDay && !far(before, item));
    const state = item.no ? `no${item.no}` : item.order === Infinity ? "wait" : far(item, after) ? "end" : "";
    if (item.state === state) return;
    item.state = state;
    item.node.classList.toggle("wait", state === "wait");
    item.node.classList.toggle("no", !!item.no);
    item.meta.hidden = !state || item.from === "system";
    item.meta.replaceChildren(...(item.no ? [`⚠ ${item.no} `, h("button", { type: "button", class: "link", onclick: () => takeBack(item) }, t("edit"))]
      : state === "wait" ? [t("sending")] : [...(item.name ? [h("bdi", {}, item.name), " · "] : []), h("bdi", {}, clock(item.at))]));
  };
  let top = 0; // where the end was put last
  const toEnd = () => { atEnd = true; log.scrollTop = log.scrollHeight; top = log.scrollTop; newer.hidden = true; };
  const follow = () => { if (atEnd) toEnd(); };
  const look = () => { atEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80; };
  log.addEventListener("scroll", () => {
    look();
    if (atEnd) newer.hidden = true;
  });
  new ResizeObserver(follow).observe(log);
  const draw = () => {
    if (log.scrollTop < top) look(); // somebody scrolls, and the browser tells of it only with its next picture
    const had = log.childElementCount;
    const items = [...book.values()].sort((a, b) => (a.order === b.order ? (a.id < b.id ? -1 : 1) : a.order - b.order));
    let spot = greeting.nextSibling;
    items.forEach((item, index) => {
      if (!item.node) build(item);
      if (spot === item.node) spot = spot.nextSibling; else log.insertBefore(item.node, spot);
      describe(item, items[index - 1], items[index + 1]);
    });
    if (atEnd) toEnd(); else if (log.childElementCount > had) newer.hidden = false;
    const unread = items.filter((item) => item.from === "agent" && item.seq > read).length;
    drawAsk();
    badge.hidden = !unread || opened;
    badge.textContent = unread > 99 ? "99+" : unread;
    launcher.setAttribute("aria-label", unread ? `${t("open")}. ${t("unread", unread)}` : t("open"));
  };
  const drawSend = () => { send.disabled = blocked || files.some((file) => !file.ready); };
  const drawHead = () => {
    const name = agent?.name || place?.name || t("chat");
    title.textContent = name;
    face.textContent = name.split(/\s+/).slice(0, 2).map((word) => [...word][0] || "").join("").toLocaleUpperCase(lang);
    sub.textContent = [place?.team, place && t(online ? "online" : "away")].filter(Boolean).join(" · ");
    sub.classList.toggle("on", !!place && online);
    greeting.hidden = !place?.greeting;
    greeting.querySelector(".text").textContent = place?.greeting || "";
    who.hidden = !place || online || !!kept.get("who")?.email;
    bones.hidden = loaded || blocked;
    clip.hidden = !crypto.subtle || !limits.max_file;
    for (const control of [area, clip, smile]) control.disabled = blocked;
    drawSend();
    if (blocked) strip.textContent = t("none");
  };
  // ---- What is asked before the first word: declared at the desk, answered with the first message ----
  const asked = new Map(); // id -> {control, row, title, when, equals}
  const askFor = (fields) => {
    const before = { ...tab.get("answers"), ...answers() };
    asked.clear();
    for (const { id, title, type, options, required, when, equals } of fields) {
      const pairs = type === "yesno" ? [["yes", t("yes")], ["no", t("no")]] : options.map((option) => [option, option]);
      const control = pairs.length
        ? h("select", { required }, h("option", { value: "" }, "–"), ...pairs.map(([value, word]) => h("option", { value, dir: "auto" }, word)))
        : h("input", { required, maxlength: "500", type: type === "date" ? "date" : "text", inputmode: type === "number" && "decimal",
          dir: type === "text" ? "auto" : "ltr" });
      const row = h("label", {}, h("bdi", {}, title), ...(required ? [] : [" ", h("small", {}, `(${t("optional")})`)]), control);
      asked.set(id, { control, row, title, when, equals });
    }
    ask.replaceChildren(h("p", {}, t("asks")), ...[...asked.values()].map(({ row }) => row));
    answer(before);
    drawAsk();
  };
  const answer = (given) => { for (const [id, { control }] of asked) if (given[id]) control.value = given[id]; };
  const answers = () => Object.fromEntries([...asked].filter(([, { control, row }]) => !row.hidden && control.value.trim())
    .map(([id, { control }]) => [id, control.value.trim()]));
  const drawAsk = () => {
    ask.hidden = !asked.size || [...book.values()].some(({ from, no }) => from === "visitor" && !no);
    for (const { row, when, equals } of asked.values()) {
      const on = asked.get(when);
      row.hidden = !!on && (on.row.hidden || on.control.value.trim().toLowerCase() !== equals.toLowerCase());
    }
  };
  const unanswered = () => [...asked.values()].find(({ control, row }) => control.required && !row.hidden && !control.value.trim());

  const paint = (wish) => { // one colour for both themes; ink on it is black or white, whichever reads better
    if (!/^#[0-9a-f]{6}$/i.test(wish || "")) return;
    const light = [1, 3, 5].map((at) => parseInt(wish.slice(at, at + 2), 16) / 255)
      .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4))
      .reduce((sum, part, index) => sum + part * [0.2126, 0.7152, 0.0722][index], 0);
    root.style.setProperty("--accent", wish);
    root.style.setProperty("--on-accent", 1.05 / (light + 0.05) > (light + 0.05) / 0.057 ? "#fff" : "#0e1424");
  };

  // ---- The wire ----
  const tell = (frame) => { if (socket?.readyState === 1) socket.send(JSON.stringify(frame)); };
  const locked = (work) => (navigator.locks ? navigator.locks.request(`agentdesk:${site}`, work) : work());
  const become = (fresh) => {
    if (session && session.visitor !== fresh.visitor) { // somebody else now: their history is not ours
      for (const [id, item] of book) if (item.order !== Infinity) { item.node?.remove(); book.delete(id); }
      last = heard = read = 0;
      kept.put("read", 0);
    }
    session = { visitor: fresh.visitor, token: fresh.token };
    stale = false;
  };
  const enter = () => locked(async () => { // under a lock, so that two new tabs become one visitor
    const reply = await fetch(`${origin}/api/v1/visitors`, {
      method: "POST", credentials: "omit", headers: { "content-type": "application/json" }, signal: AbortSignal.timeout(20000),
      body: JSON.stringify({ site, ...kept.get("session"), lang,
        page: { url: (location.origin + location.pathname).slice(0, 2048), title: document.title.slice(0, 300) } }),
    });
    blocked = reply.status === 403;
    if (!reply.ok) throw Object.assign(new Error("refused"), { wait: 1000 * Number(reply.headers.get("retry-after")) || 0 });
    const answer = await reply.json();
    become(answer);
    kept.put("session", session);
    ({ site: place, site: { online } } = answer);
    paint(color || place.color);
  });
  const later = (wait) => { clearTimeout(retry); retry = setTimeout(connect, wait); };
  const backOff = () => Math.min(30000, 500 * 2 ** attempts++) * (0.5 + Math.random() / 2);
  const connect = async () => {
    clearTimeout(retry);
    if (socket || busy || blocked) return;
    busy = true;
    try {
      if (stale) await enter();
      since = Date.now();
      silent = false;
      const line = socket = new WebSocket(`${origin.replace(/^http/, "ws")}/visit?site=${encodeURIComponent(site)}`,
        ["agentdesk.visit.v1", `token.${session.token}`]);
      line.onopen = () => tell({ t: "hello", last, forms: true });
      line.onmessage = ({ data }) => {
        silent = false;
        try { data = JSON.parse(data); } catch { return; }
        hear[data?.t]?.(data);
      };
      line.onclose = ({ code }) => { if (line === socket) dropped(code); };
    } catch (problem) {
      stale = true;
      trouble();
      if (!blocked) later(Math.max(problem.wait || 0, backOff()));
    }
    busy = false;
    drawHead();
  };
  const trouble = () => { lostTimer ||= setTimeout(() => { strip.textContent = t(blocked ? "none" : "lost"); }, 700); };
  const dropped = (code) => {
    socket = null;
    if (Date.now() - since > 10000) attempts = 0;
    if (code === 4401 || (!live && attempts > 1)) stale = true; // a browser cannot see why a handshake failed: ask
    if (code === 4400 || code === 1009) for (const id of sent) refuse(id, t("failed"));
    live = false;
    sent.clear();
    dotsOff();
    trouble();
    later(code === 4503 ? Math.random() * 30000 : backOff() + (code === 4429 ? 10000 : 0));
  };
  const hurry = () => { if (!socket && retry && !busy && session) { attempts = 0; later(Math.random() * 300); } };
  setInterval(() => { // two ticks without a frame: the line is dead though nobody said so
    if (!socket) return;
    if (silent) { const dead = socket; dead.onclose = dead.onmessage = null; dead.close(); dropped(1006); return; }
    silent = true;
    tell({ t: "ping" });
  }, 20000);

  const settle = (id) => { sent.delete(id); kept.drop(`q.${id}`); };
  const refuse = (id, sentence) => {
    const item = book.get(id);
    if (!item || item.order !== Infinity) return;
    item.no = sentence;
    kept.put(`q.${id}`, { id, text: item.text, at: item.at, files: item.files, fields: item.fields, no: sentence });
    if (item.fields) tab.put("answers", item.fields); // they are asked again, after a reload too
    draw();
  };
  const enterInBook = (item) => { // a message the server has
    const mine = book.get(item.id);
    if (mine?.order === Infinity) Object.assign(mine, { order: item.seq, seq: item.seq, at: item.at, no: "" });
    else if (!mine) book.set(item.id, { ...item, order: item.seq, files: item.attachments || [] });
    settle(item.id);
  };
  const note = (text) => {
    const id = uuid();
    book.set(id, { id, order: last + 0.5, from: "system", name: "", text, at: Date.now() + skew, files: [] });
    draw();
  };
  const dotsOff = () => { dots.hidden = true; said.textContent = ""; };
  const hear = {
    __proto__: null,
    welcome: (frame) => {
      live = true;
      skew = frame.now - Date.now();
      ({ online, limits } = frame);
      agent = frame.agent || null;
      clearTimeout(lostTimer);
      lostTimer = 0;
      strip.textContent = "";
      askFor(frame.form || []);
      if (kept.get("who")) tell({ t: "name", ...kept.get("who") });
      if (read) tell({ t: "read", seq: read });
      files.forEach(upload);
      adopt();
      flush();
      drawHead();
    },
    messages: ({ items, more }) => {
      for (const item of items) {
        enterInBook(item);
        last = Math.max(last, item.seq);
        if (item.from !== "visitor") heard = Math.max(heard, item.seq);
        if (item.from === "agent") dotsOff();
      }
      loaded ||= !more;
      bones.hidden = true;
      draw();
      log.setAttribute("aria-busy", String(more));
      mark();
      flush();
    },
    ack: ({ id, seq, at }) => { if (book.has(id)) enterInBook({ id, seq, at }); settle(id); draw(); flush(); },
    refused: ({ id, sentence, form, missing }) => {
      sent.delete(id);
      if (form) askFor(form);
      const wrong = (missing || []).map((one) => asked.get(one)).filter(Boolean);
      for (const { control } of wrong) control.setAttribute("aria-invalid", "true");
      const titles = wrong.map(({ title }) => title).join(", "), filled = wrong.every(({ control }) => control.value.trim());
      refuse(id, !titles ? sentence : filled ? t("check", titles) : t("needed", titles));
      flush();
    },
    typing: ({ on, name }) => {
      clearTimeout(dotsTimer);
      if (!on) return dotsOff();
      said.textContent = t("typing", name);
      dots.hidden = false;
      follow();
      dotsTimer = setTimeout(dotsOff, 8000);
    },
    agent: ({ name, joined }) => { agent = joined ? { name } : null; note(t(joined ? "joined" : "left", name)); drawHead(); },
    closed: () => note(t("solved")),
  };

  // ---- What the visitor does ----
  const adopt = () => { // what waits in storage: from before a reload, or from a tab that is gone
    for (const key of kept.keys("q.")) {
      const item = kept.get(key);
      if (item?.id && !book.has(item.id)) book.set(item.id, { ...item, order: Infinity, from: "visitor", name: "" });
    }
    draw();
  };
  const flush = () => {
    if (!live) return;
    const waiting = [...book.values()].filter((item) => item.order === Infinity && !item.no).sort((a, b) => (a.id < b.id ? -1 : 1));
    for (const item of waiting) {
      if (sent.size >= 8) return; // the rest follows the acks: a long queue is no flood
      if (sent.has(item.id)) continue;
      sent.add(item.id);
      tell({ t: "say", id: item.id, text: item.text, ...(item.files.length && { attachments: item.files }),
        ...(item.fields && { fields: item.fields }) });
    }
  };
  const typing = (on) => {
    clearTimeout(typingTimer);
    if (on) typingTimer = setTimeout(typing, 5000, false);
    if (on ? Date.now() - typingSent < 3000 : !typingSent) return;
    typingSent = on ? Date.now() : 0;
    tell({ t: "typing", on });
  };
  const fit = () => { area.dir = area.value ? "auto" : root.dir; area.style.height = "auto"; area.style.height = `${Math.min(area.scrollHeight + 2, 140)}px`; };
  const say = () => {
    const text = area.value.trim(), length = [...text].length;
    hint.textContent = length > limits.max_text ? t("long", length, limits.max_text) : "";
    if ((!text && !files.length) || files.some((file) => !file.ready) || hint.textContent || blocked) return;
    const gap = !ask.hidden && unanswered();
    if (gap) {
      hint.textContent = t("needed", gap.title);
      gap.control.setAttribute("aria-invalid", "true");
      gap.control.focus();
      return;
    }
    const item = { id: uuid(), text, at: Date.now() + skew, files: files.map(({ digest, name, size, type }) => ({ digest, name, size, type })) };
    if (!ask.hidden && Object.keys(answers()).length) item.fields = answers();
    kept.put(`q.${item.id}`, item);
    kept.put("spoke", true);
    book.set(item.id, { ...item, order: Infinity, from: "visitor", name: "" });
    area.value = "";
    tab.drop("draft");
    tab.drop("answers");
    files = [];
    drawFiles();
    typing(false);
    draw();
    toEnd();
    fit();
    flush();
    area.focus();
  };
  const takeBack = (item) => {
    settle(item.id);
    book.delete(item.id);
    item.node.remove();
    area.value = [item.text, area.value].filter(Boolean).join("\n");
    files.push(...item.files.map((file) => ({ ...file, ready: true })));
    answer({ ...item.fields, ...answers() }); // what was mended since stays
    tab.put("draft", area.value); // it waits nowhere else now
    if (asked.size) tab.put("answers", answers());
    drawFiles();
    draw();
    fit();
    area.focus();
  };
  const mark = () => {
    if (!opened || document.visibilityState !== "visible" || heard <= read) return;
    kept.put("read", read = heard);
    tell({ t: "read", seq: read });
    draw();
  };
  const introduce = () => {
    const { name, email } = who.elements, person = { name: name.value.trim() };
    const good = email.value.trim() && email.checkValidity();
    email.setAttribute("aria-invalid", String(!good));
    if (!good) { email.focus(); hint.textContent = email.validationMessage || t("email"); return; }
    person.email = email.value.trim();
    kept.put("who", person);
    tell({ t: "name", ...person });
    hint.textContent = t("thanks", person.email);
    drawHead();
    area.focus();
  };
  const drawFiles = () => {
    chips.hidden = !files.length;
    chips.replaceChildren(...files.map((file) => h("li", { class: file.ready ? "" : "wait" }, h("span", { dir: "auto" }, file.name),
      h("small", {}, bytes(file.size)), button(t("remove", file.name), CROSS, () => { unfile(file); area.focus(); }))));
    drawSend();
  };
  const unfile = (file) => { files = files.filter((other) => other !== file); drawFiles(); };
  const attach = async (raw) => {
    hint.textContent = raw.size > limits.max_file ? t("big", raw.name, bytes(limits.max_file)) : "";
    if (files.length > 4 || !crypto.subtle) hint.textContent = t("nofile", raw.name);
    if (hint.textContent || blocked) return;
    const file = { name: raw.name.slice(0, 255) || "file", size: raw.size, type: raw.type.slice(0, 127), raw };
    files.push(file);
    drawFiles();
    try {
      file.digest = hex(await crypto.subtle.digest("SHA-256", await raw.arrayBuffer()));
      await upload(file);
    } catch { hint.textContent = t("nofile", file.name); unfile(file); }
  };
  const upload = async (file) => { // without a line it waits; each welcome tries again
    if (file.ready || file.busy || !file.digest || !live) return;
    file.busy = true;
    try {
      const reply = await fetch(blobAt(file.digest), { method: "PUT", credentials: "omit", body: file.raw,
        headers: { ...auth(), "content-type": "application/octet-stream" } });
      file.ready = reply.ok;
      if (reply.status === 401) { stale = true; socket?.close(); }
      else if (!reply.ok) { unfile(file); hint.textContent = (await reply.json().catch(() => ({}))).detail || t("nofile", file.name); }
    } catch { /* no line: the next welcome tries again */ }
    file.busy = false;
    drawFiles();
  };
  const toggleFaces = (on) => {
    faces.hidden = !on;
    smile.setAttribute("aria-expanded", String(on));
    if (on) faces.firstChild.focus();
  };
  for (const sign of "🙂 😀 😅 😍 🤔 😕 😢 😡 👍 👎 👋 🙏 ❤️ 🎉 ✅ 📦".split(" ")) {
    faces.append(h("button", { type: "button", onclick: () => {
      area.setRangeText(sign, area.selectionStart, area.selectionEnd, "end");
      toggleFaces(false);
      area.focus();
      area.dispatchEvent(new Event("input"));
    } }, sign));
  }
  const narrow = matchMedia("(max-width: 480px)");
  const modal = () => panel.setAttribute("aria-modal", String(narrow.matches));
  narrow.addEventListener("change", modal);
  const show = (focus = true) => {
    opened = true;
    panel.hidden = false;
    tab.put("open", true);
    launcher.hidden = true;
    modal();
    drawHead();
    connect();
    draw();
    toEnd();
    mark();
    fit();
    if (focus) (matchMedia("(pointer: coarse)").matches ? closer : area).focus();
  };
  const hide = () => {
    const inside = root.getRootNode().activeElement;
    opened = false;
    tab.drop("open");
    toggleFaces(false);
    launcher.hidden = false;
    if (inside) launcher.focus();
    panel.hidden = true;
  };
  root.addEventListener("keydown", (event) => {
    const inside = root.getRootNode().activeElement;
    if (event.key === "Escape" && opened) { if (faces.hidden) hide(); else { toggleFaces(false); smile.focus(); } }
    if (/^Arrow(Left|Right)$/.test(event.key) && faces.contains(inside)) {
      const back = (event.key === "ArrowLeft") !== (root.dir === "rtl");
      (back ? inside.previousSibling || faces.lastChild : inside.nextSibling || faces.firstChild).focus();
    }
    if (event.key === "Tab" && opened && narrow.matches) { // it covers the page: the focus stays in
      const stops = [...panel.querySelectorAll("button, input, select, textarea, a, [tabindex]")].filter((node) => node.offsetParent && !node.disabled);
      const edge = event.shiftKey ? stops[0] : stops.at(-1);
      if (inside === edge) { event.preventDefault(); (event.shiftKey ? stops.at(-1) : stops[0]).focus(); }
    }
  });
  for (const type of ["keydown", "keyup", "keypress"]) root.addEventListener(type, (event) => event.stopPropagation()); // not the page's shortcuts
  area.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || event.keyCode === 229) return;
    event.preventDefault();
    say();
  });
  area.addEventListener("input", () => { hint.textContent = ""; fit(); tab.put("draft", area.value); typing(!!area.value.trim()); });
  const take = (event, data) => { if (data?.files.length) { event.preventDefault(); [...data.files].forEach(attach); } };
  area.addEventListener("paste", (event) => take(event, event.clipboardData));
  panel.addEventListener("drop", (event) => take(event, event.dataTransfer));
  panel.addEventListener("dragover", (event) => event.preventDefault());
  window.addEventListener("online", hurry);
  document.addEventListener("visibilitychange", () => { if (document.visibilityState === "visible") { hurry(); mark(); } });
  window.addEventListener("storage", ({ key }) => {
    if (key === `agentdesk:${site}:read`) { read = kept.get("read") || 0; draw(); }
    const fresh = key === `agentdesk:${site}:session` && kept.get("session");
    if (!fresh || !session || fresh.visitor === session.visitor) return;
    become(fresh); // another tab had to begin anew
    socket?.close();
    draw();
  });

  const STYLE = `
:host{all:initial!important}
.root{--surface:#fff;--sunken:#f8f9fb;--line:#e2e5ea;--text:#1a1e26;--muted:#586174;--accent:#2f5fde;--on-accent:#fff;--bad:#bf3326;--bad-soft:#fce9e6;
 --warn:#8a5800;--warn-soft:#fcf1dc;--mine:color-mix(in srgb,var(--accent) 11%,var(--surface));--shade:0 12px 40px #1a1e2633,0 2px 8px #1a1e261f;
 color-scheme:light;font:400 14px/1.42 system-ui,-apple-system,"Segoe UI",Roboto,"Noto Sans",sans-serif;color:var(--text);font-variant-numeric:tabular-nums}
@media (prefers-color-scheme:dark){.root{--surface:#1a1d23;--sunken:#242931;--line:#343a45;--text:#e8eaef;--muted:#a0a9b8;--accent:#86a6ff;--on-accent:#0e1424;
 --bad:#ff8a7c;--bad-soft:#421f1b;--warn:#f0b75a;--warn-soft:#3a2d14;--mine:color-mix(in srgb,var(--accent) 22%,var(--surface));--shade:0 12px 40px #000a;color-scheme:dark}}
*,*::before{box-sizing:border-box;margin:0}[hidden]{display:none!important}
button,input,select,textarea{font:inherit;color:inherit}button{cursor:pointer;background:none;border:0;padding:0;border-radius:7px;touch-action:manipulation}
:disabled{opacity:.5;cursor:default}:focus{outline:none}:focus-visible{outline:2px solid var(--text);outline-offset:-2px}
svg{width:20px;height:20px;fill:none;stroke:currentColor;stroke-width:1.7;stroke-linecap:round;stroke-linejoin:round;flex:none}
.vh{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.launcher,.panel{position:fixed;z-index:2147483000;bottom:20px;inset-inline-end:20px}.left>*{left:20px;right:auto}.right>*{right:20px;left:auto}
.launcher{display:grid;place-items:center;width:56px;height:56px;border-radius:50%;background:var(--accent);color:var(--on-accent);box-shadow:var(--shade);
 border:1px solid transparent;transition:transform .15s}.launcher:hover{transform:scale(1.05)}.launcher svg{width:28px;height:28px}
.launcher:focus-visible{outline:3px solid var(--surface);outline-offset:-5px;box-shadow:0 0 0 3px var(--text)}
.badge{position:absolute;top:-4px;inset-inline-end:-4px;min-width:22px;height:22px;padding:0 6px;border-radius:11px;background:var(--bad);color:var(--surface);
 border:2px solid var(--surface);font-size:12px;line-height:18px;font-weight:600;text-align:center}
.panel{display:flex;flex-direction:column;width:360px;height:min(600px,calc(100dvh - 40px));background:var(--surface);border:1px solid var(--line);border-radius:12px;
 box-shadow:var(--shade);overflow:hidden;animation:rise .18s ease-out}
@keyframes rise{from{opacity:0;transform:translateY(10px)}}
header{display:flex;align-items:center;gap:10px;min-height:64px;padding:8px 8px 8px 16px;padding-inline:16px 8px;background:var(--accent);color:var(--on-accent)}
header :focus-visible{outline-color:var(--on-accent)}
.face{display:grid;place-items:center;width:32px;height:32px;flex:none;border-radius:50%;background:var(--on-accent);color:var(--accent);font-size:12px;font-weight:650}
.names{flex:1;min-width:0}h2{font-size:15px;line-height:1.3;font-weight:650;white-space:nowrap;overflow:hidden;text-overflow:ellipsis;text-align:start}.sub{font-size:12px}
.sub.on::before{content:"";display:inline-block;width:7px;height:7px;margin-inline-end:5px;border-radius:50%;background:currentColor}
.icon{display:grid;place-items:center;width:44px;height:44px;color:var(--muted)}header .icon{color:inherit}.icon:hover:enabled{background:color-mix(in srgb,currentColor 12%,transparent)}
.middle{position:relative;flex:1;min-height:0;display:flex;flex-direction:column}
.strip:not(:empty),.hint:not(:empty){padding:7px 16px;font-size:12px;background:var(--warn-soft);color:var(--warn)}
.log{flex:1;overflow-y:auto;overscroll-behavior:contain;padding:2px 14px 14px;display:flex;flex-direction:column}
.row{display:flex;flex-direction:column;align-items:flex-start;margin-top:12px;flex:none}.row.next{margin-top:3px}
.row.visitor{align-items:flex-end}.row.system{align-items:center;font-size:12px;color:var(--muted);text-align:center}
.day{align-self:center;margin-bottom:10px;font-size:12px;color:var(--muted)}
.bubble{max-width:84%;padding:9px 12px;border:1px solid var(--line);border-radius:12px;border-start-start-radius:4px;background:var(--sunken);animation:rise .18s ease-out}
.visitor .bubble{background:var(--mine);border-color:transparent;border-start-start-radius:12px;border-start-end-radius:4px}
.system .bubble{padding:0;border:0;background:none}.wait .bubble{opacity:.72}.no .bubble{border-color:var(--bad)}
.text{white-space:pre-wrap;overflow-wrap:anywhere;text-align:start}.rich blockquote{margin:2px 0;padding-inline-start:10px;border-inline-start:3px solid var(--line);color:var(--muted)}
.rich ul,.rich ol{margin:2px 0;padding-inline-start:22px}.rich code{font:.92em ui-monospace,monospace;background:color-mix(in srgb,currentColor 9%,transparent);border-radius:4px;padding:0 3px}
.rich pre{margin:4px 0;padding:6px 8px;border-radius:6px;background:color-mix(in srgb,currentColor 7%,transparent);white-space:pre-wrap;text-align:left}.rich pre code{background:none;padding:0}.rich hr{border:0;border-top:1px solid var(--line);margin:6px 0}
.text a{color:inherit;text-decoration:underline;text-underline-offset:2px;unicode-bidi:isolate}
.meta{margin-top:3px;font-size:12px;color:var(--muted)}.no .meta{color:var(--bad);max-width:84%}
.link{min-width:44px;min-height:44px;margin-block:-12px;padding:0 6px;text-decoration:underline;font-weight:600}
.file{display:block;width:100%;min-height:44px;text-align:start;overflow-wrap:anywhere}.file span{display:block;text-decoration:underline;text-underline-offset:2px}
.file img{display:block;max-width:100%;max-height:180px;margin-bottom:4px;border-radius:7px}small{font-size:12px;color:var(--muted)}
.dots .bubble{display:flex;gap:5px;padding:14px}.dots i{width:5px;height:5px;border-radius:50%;background:var(--muted);animation:beat 1.2s infinite}
.dots i:nth-child(2){animation-delay:.15s}.dots i:nth-child(3){animation-delay:.3s}@keyframes beat{30%{transform:translateY(-4px)}60%{transform:none}}
.bones{animation:late .3s .3s both}.bones i{display:block;width:62%;height:38px;margin-bottom:12px;border-radius:12px;background:var(--sunken)}
.bones i:nth-child(2){margin-inline-start:38%}@keyframes late{from{opacity:0}}
.newer{position:absolute;bottom:8px;left:50%;transform:translateX(-50%);display:flex;gap:6px;align-items:center;min-height:44px;padding:0 16px;border-radius:22px;
 background:var(--text);color:var(--surface);font-size:12px;font-weight:600;white-space:nowrap}.newer svg{width:16px;height:16px}
.newer:focus-visible{outline-color:var(--surface);outline-offset:-5px}
.who{display:grid;grid-template-columns:1fr 1fr auto;gap:8px;align-items:end;padding:10px 12px;border-top:1px solid var(--line);font-size:12px;color:var(--muted)}
.who p{grid-column:1/-1;color:var(--text)}.who label{min-width:0}input,select,textarea{display:block;width:100%;background:var(--surface);color:var(--text);border:1px solid #868e9c;border-radius:8px}
input,select{min-height:44px;padding:0 10px;font-size:14px}[aria-invalid=true]{border-color:var(--bad)}
.ask{grid-template-columns:1fr 1fr;flex:0 1 auto;min-height:90px;max-height:45%;overflow-y:auto}.ask bdi{overflow-wrap:anywhere}
.plain{min-height:44px;padding:0 12px;border:1px solid #868e9c;font-weight:600;color:var(--text)}
.composer{padding:12px;border-top:1px solid var(--line)}textarea{min-height:44px;padding:11px 12px;resize:none;line-height:20px}
::placeholder{color:var(--muted);opacity:1}
textarea:focus-visible,input:focus-visible,select:focus-visible{outline:2px solid color-mix(in srgb,var(--accent) 45%,transparent);outline-offset:0;border-color:var(--text)}
.bar{display:flex;align-items:center;margin-top:4px;margin-inline:-10px -4px}.gap{flex:1}
.send{min-width:72px;height:44px;padding:0 14px;border:4px solid transparent;border-radius:11px;background:var(--accent) padding-box;color:var(--on-accent);font-weight:600}
.send:hover:enabled{filter:brightness(1.06)}
.chips{display:flex;flex-wrap:wrap;gap:6px;padding:0 0 8px;list-style:none}.chips li{display:flex;align-items:center;gap:6px;max-width:100%;padding-inline-start:10px;
 border:1px solid var(--line);border-radius:10px;background:var(--sunken)}.chips span{overflow:hidden;text-overflow:ellipsis;white-space:nowrap}.chips small{white-space:nowrap}.chips .wait span{opacity:.6}
.faces{display:grid;grid-template-columns:repeat(auto-fill,minmax(44px,1fr));padding-top:6px}.faces button{height:44px;font-size:20px}.faces button:hover{background:var(--sunken)}
@media (max-width:480px){.panel{inset:0!important;width:auto;height:100dvh;border:0;border-radius:0}textarea,input,select{font-size:16px}.who{grid-template-columns:1fr 1fr}.who .plain{grid-column:1/-1}}
@media (max-height:480px){.who p{display:none}.who:not(.ask,:focus-within){display:none}}
@media (prefers-reduced-motion:reduce){*,*::before{animation:none!important;transition:none!important}}
@media (forced-colors:active){.bubble,.send,.newer{border:1px solid}.face{border:1px solid}}`;

  paint(color);
  const start = () => {
    const host = document.createElement("agentdesk-chat"); // no rule of the page for div or section reaches it
    const shadow = host.attachShadow({ mode: "open" });
    const sheet = new CSSStyleSheet(); // allowed under a strict style-src, unlike <style>
    sheet.replaceSync(STYLE);
    shadow.adoptedStyleSheets = [sheet];
    shadow.append(root);
    document.body.append(host);
    area.value = tab.get("draft") || "";
    adopt();
    drawHead();
    if (tab.get("open") && !narrow.matches) show(false); // where it would cover the page it waits to be asked
    else if (kept.get("spoke")) connect();
  };
  window.AgentDesk = Object.freeze({ open: () => show(), close: hide });
  if (document.body) start(); else document.addEventListener("DOMContentLoaded", start);
})();
