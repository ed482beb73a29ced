"use strict";

// The page of the day renews itself, but not under somebody's hands: while a message plays or a list is open it waits.
function calm() {
  const playing = [...document.querySelectorAll("audio")].some((sound) => !sound.paused);
  return !playing && !document.hidden && document.activeElement?.tagName !== "SELECT";
}
window.calm = calm;
