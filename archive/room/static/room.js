// The one script of the room, and nothing needs it: a button beside each citation that copies it.
"use strict";

for (const text of document.querySelectorAll("[data-copy]")) {
  const button = document.createElement("button");
  button.type = "button";
  button.className = "quiet copy";
  button.textContent = text.dataset.copy;
  button.setAttribute("aria-describedby", text.id);
  const told = document.createElement("span");
  told.setAttribute("role", "status");
  button.addEventListener("click", async () => {
    told.textContent = (await copy(text)) ? text.dataset.copied : text.dataset.refused;
  });
  text.after(button, told);
}

async function copy(element) {
  try {
    await navigator.clipboard.writeText(element.textContent);
    return true;
  } catch {
    getSelection().selectAllChildren(element); // refused: what is marked can be copied by hand
    return false;
  }
}
