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
/* Sliders beside the figures that they move, and answers to wrong input shown like right ones. */
document.addEventListener("DOMContentLoaded", () => {
  for (const slider of document.querySelectorAll("input[type=range][data-for]")) {
    const figure = document.getElementById(slider.dataset.for);
    const follow = () => {
      const [, plain, percent] = figure.value.replace(/,/g, "").match(/^\s*(-?[\d.]+)\s*(%?)\s*$/) || [];
      if (plain) slider.value = percent ? plain / 100 : plain;
    };
    slider.hidden = false;
    follow();
    slider.addEventListener("input", () => { figure.value = slider.value; });
    figure.addEventListener("input", follow);
  }
});
document.addEventListener("htmx:beforeSwap", (event) => {
  if (event.detail.xhr.status === 422) { event.detail.shouldSwap = true; event.detail.isError = false; }
});
