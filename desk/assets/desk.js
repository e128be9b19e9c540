// The keyboard: / searches, j and k go from row to row, Enter opens the row (it is
// a link), c confirms the file of the row, x ticks its box, ? opens the help. Everything works without this file. Single keys can
// be switched off on the help page (WCAG 2.2, 2.1.4).
"use strict";

const off = "greffier-keys-off";

// Private windows may refuse storage: then the keys are simply on.
function keysOff() {
  try { return localStorage.getItem(off) === "1"; } catch { return false; }
}

function move(step) {
  const rows = [...document.querySelectorAll("[data-row]")];
  if (rows.length === 0) return;
  const at = rows.indexOf(document.activeElement);
  const next = at < 0 ? (step > 0 ? 0 : rows.length - 1) : Math.min(Math.max(at + step, 0), rows.length - 1);
  rows[next].focus();
  rows[next].scrollIntoView({ block: "nearest" });
}

// The file, the line of a table or the choice in which somebody is.
function row() {
  return document.activeElement.closest(".piecefile, tr, .choice");
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented || keysOff()) return;
  const field = event.target.closest("input, textarea, select");
  if (field && field.type !== "checkbox" && field.type !== "radio") return;
  const search = document.getElementById("recherche");
  switch (event.key) {
    case "/":
      if (search) { search.focus(); search.select(); event.preventDefault(); }
      break;
    case "j": move(1); break;
    case "k": move(-1); break;
    case "c": row()?.querySelector("[data-confirm]")?.click(); break;
    case "x": row()?.querySelector("input[type=checkbox]")?.click(); break;
    case "?":
      if (search) location.assign("/aide#clavier"); // only where one has signed in
      break;
  }
});

const button = document.querySelector("[data-keys]");
if (button) {
  const say = () => { button.textContent = (keysOff() ? "Activer" : "Désactiver") + " les raccourcis sur ce poste"; };
  button.hidden = false;
  button.addEventListener("click", () => {
    try { localStorage.setItem(off, keysOff() ? "0" : "1"); } catch { /* stays on */ }
    say();
  });
  say();
}

// The selection: how many rows are ticked, and all of the page at once.
const picked = document.querySelector("[data-picked]");
const boxes = [...document.querySelectorAll("input[form=selection]")];
if (picked && boxes.length > 0) {
  const all = document.querySelector("[data-pick-all]");
  const none = picked.textContent;
  const count = () => boxes.filter((box) => box.checked).length;
  const say = () => {
    const n = count();
    picked.textContent = n === 0 ? none : n === 1 ? "1\u00a0dossier coché." : n + "\u00a0dossiers cochés.";
    all.textContent = n === boxes.length ? "Tout décocher" : "Tout cocher";
  };
  picked.setAttribute("role", "status");
  all.hidden = false;
  all.addEventListener("click", () => {
    const to = count() < boxes.length;
    for (const box of boxes) box.checked = to;
    say();
  });
  for (const box of boxes) box.addEventListener("change", say);
  say(); // a browser remembers what was ticked
}
