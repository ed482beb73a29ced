"use strict";

// The page of the day renews itself, but not under somebody's hands: while a message plays or a list is open it waits.
function calm() {
  const playing = [...document.querySelectorAll("audio")].some((sound) => !sound.paused);
  return !playing && !document.hidden && document.activeElement?.tagName !== "SELECT";
}
const live = document.getElementById("live");
live?.addEventListener("htmx:before:request", (event) => {
  if (event.target === live && !calm()) event.preventDefault();
});

// Who works by keyboard stays at her place in the list when what she stood on is gone from it.
const inTheList = () => [...live.querySelectorAll("article, li")];
let place = -1;
live?.addEventListener("htmx:before:swap", () => {
  place = inTheList().indexOf(document.activeElement.closest("article, li"));
});
live?.addEventListener("htmx:after:swap", () => {
  if (place < 0 || document.activeElement !== document.body) return;
  const next = inTheList()[place] ?? inTheList().at(-1);
  next?.querySelector("form button").focus({ preventScroll: true });
});

// An error page has no place in the middle of another page: what is shown stays, and that it may be old is told.
const trouble = document.getElementById("trouble");
addEventListener("htmx:before:response", (event) => {
  const failed = event.detail.ctx.response.status >= 400;
  trouble.hidden = !failed;
  if (failed) event.preventDefault();
});
addEventListener("htmx:error", () => {
  trouble.hidden = false;
});

// A message can be heard faster. The page renews itself around the buttons, so each tells what its sound has.
const SPEEDS = [1, 1.5, 2, 0.75];
document.documentElement.classList.add("scripted");

function tellSpeeds() {
  for (const button of document.querySelectorAll(".speed")) {
    const shown = button.querySelector("span");
    const rate = document.getElementById(button.getAttribute("aria-controls")).playbackRate;
    const words = rate.toLocaleString(document.documentElement.lang);
    if (shown.textContent !== words) shown.textContent = words;
  }
}

addEventListener("click", (event) => {
  const button = event.target.closest(".speed");
  if (!button) return;
  const sound = document.getElementById(button.getAttribute("aria-controls"));
  sound.playbackRate = SPEEDS[(SPEEDS.indexOf(sound.playbackRate) + 1) % SPEEDS.length];
  tellSpeeds();
});
if (live) new MutationObserver(tellSpeeds).observe(live, { childList: true, characterData: true, subtree: true });
