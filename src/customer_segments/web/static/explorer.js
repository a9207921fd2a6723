/* What pages do where there is a script; each works without. */
"use strict";
document.addEventListener("DOMContentLoaded", () => {
  const drop = document.querySelector(".drop");
  if (!drop) return;
  const files = drop.querySelector("input[type=file]");
  drop.addEventListener("dragover", (event) => { event.preventDefault(); drop.classList.add("over"); });
  drop.addEventListener("dragleave", () => drop.classList.remove("over"));
  drop.addEventListener("drop", (event) => {
    event.preventDefault();
    drop.classList.remove("over");
    files.files = event.dataTransfer.files;
    drop.requestSubmit();
  });
  files.addEventListener("change", () => { if (files.files.length) drop.requestSubmit(); });
});
