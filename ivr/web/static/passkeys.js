"use strict";

// What the library's own pages do in the middle of the page, where our policy runs no script.
for (const form of document.querySelectorAll("form[data-passkey]")) {
  const ask = form.dataset.passkey === "register" ? handleRegister : handleSignin;
  ask(form.dataset.options).then((result) => {
    if (result.error_msg) {
      form.querySelector("[role=alert]").textContent = form.dataset.failed;
    } else {
      form.querySelector("[name=credential]").value = result.credential;
      form.submit();
    }
  });
}
