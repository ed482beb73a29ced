"use strict";

// Speaks what the line says, once, where the browser can and the switch is on. Without it everything is still there to read.
const spoken = new Set();

function speakNew() {
  const on = document.getElementById("voice")?.checked;
  for (const said of document.querySelectorAll("#phone .said")) {
    const step = said.closest("li").id + said.textContent;
    if (spoken.has(step)) continue;
    spoken.add(step);
    if (!on) continue;
    const words = new SpeechSynthesisUtterance(said.textContent);
    words.lang = said.lang === "en" ? "en-GB" : "fr-FR";
    words.rate = 0.9;
    speechSynthesis.speak(words);
  }
}

function show() {
  const phone = document.getElementById("phone");
  if (!phone) return;
  const choice = document.getElementById("speaks");
  if (choice && "speechSynthesis" in window) choice.hidden = false;
  speakNew();
  phone.querySelector(".story > li:last-child")?.scrollIntoView({ block: "nearest" });
}

addEventListener("click", (event) => {
  if (event.target.id === "voice") {
    speechSynthesis.cancel();
    const last = document.querySelector("#phone .story > li:last-child");
    for (const said of last?.querySelectorAll(".said") ?? []) spoken.delete(last.id + said.textContent);
    speakNew();
  }
  if (event.target.closest(".keys button")) window.speechSynthesis?.cancel();
});
new MutationObserver(show).observe(document.getElementById("main"), { childList: true, subtree: true });
show();
