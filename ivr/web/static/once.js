"use strict";

// An impatient second press is not a second wish, and its answer would hide the first, with a link shown once. After a
// while it is a wish again: the network may have swallowed the first. A file, once sent, leaves its form on the page.
const IMPATIENT = 10000;
const sent = new WeakMap();
addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || form.matches(".file")) return;
  if (event.timeStamp - sent.get(form) < IMPATIENT) event.preventDefault();
  else sent.set(form, event.timeStamp);
});
