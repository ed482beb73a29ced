// Documents are sent one by one, so that each shows how far it is and one that fails leaves the others.
"use strict";

for (const form of document.querySelectorAll("form.deposit")) {
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    sendAll(form);
  });
}

async function sendAll(form) {
  const input = form.querySelector("input[type=file]");
  const button = form.querySelector("button");
  const list = form.querySelector(".sending");
  list.replaceChildren();
  button.disabled = true;
  let all = true;
  for (const file of input.files) {
    all = (await sendOne(form, file, list)) && all;
  }
  button.disabled = false;
  input.value = "";
  if (all) location.reload();
}

function sendOne(form, file, list) {
  const item = list.appendChild(document.createElement("li"));
  const words = item.appendChild(document.createElement("span"));
  words.textContent = file.name;
  if (file.size > Number(form.dataset.most)) {
    return refused(item, words, `${file.name} : ${form.dataset.tooLarge}`);
  }
  const bar = item.appendChild(document.createElement("progress"));
  bar.max = 1;
  bar.value = 0;
  bar.setAttribute("aria-label", file.name);
  const fields = new FormData(form);
  fields.delete("file");
  fields.append("file", file);
  return new Promise((told) => {
    const request = new XMLHttpRequest();
    request.open("POST", form.action);
    request.setRequestHeader("Accept", "application/json");
    request.responseType = "json";
    request.upload.addEventListener("progress", (sent) => {
      if (sent.lengthComputable) bar.value = sent.loaded / sent.total;
    });
    request.addEventListener("loadend", () => {
      const answer = request.status === 200 ? request.response : null;
      if (answer && answer.is_taken) {
        bar.remove();
        words.textContent = answer.told[0];
        told(true);
      } else {
        bar.remove();
        const why = answer && answer.told.length ? answer.told[0] : `${file.name} : ${form.dataset.failed}`;
        told(refused(item, words, why));
      }
    });
    request.send(fields);
  });
}

function refused(item, words, why) {
  words.textContent = why;
  item.classList.add("alert");
  return false;
}
