"use strict";

// Lets the browser say what callers will hear, where it can.
for (const button of "speechSynthesis" in window ? document.querySelectorAll(".listen") : []) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const heard = button.parentElement.querySelector(".heard");
    const words = new SpeechSynthesisUtterance(heard.textContent);
    words.lang = heard.lang === "en" ? "en-GB" : "fr-FR";
    words.rate = 0.9;
    speechSynthesis.cancel();
    speechSynthesis.speak(words);
  });
}
