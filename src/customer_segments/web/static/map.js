/* The customers as points in three dimensions; the page's table says the same in numbers. */
"use strict";
document.addEventListener("DOMContentLoaded", async () => {
  const place = document.getElementById("map");
  if (!place || !window.Plotly) return;
  const answer = await fetch(place.dataset.points, { credentials: "same-origin" });
  if (!answer.ok) return;
  const { segments, axes } = await answer.json();
  const style = getComputedStyle(document.body);
  const ink = style.color, line = style.getPropertyValue("--line").trim();
  const axis = (text) => ({ title: { text, font: { size: 12 } }, showticklabels: false, gridcolor: line, zerolinecolor: line, showspikes: false });
  const escape = (text) => text.replace(/[&<>]/g, (sign) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;" })[sign]);
  const inLines = (text) => text.replace(/(.{24}\S*) /g, "$1<br>");
  const points = segments.map((segment) => ({
    type: "scatter3d", mode: "markers", name: inLines(escape(segment.name)), x: segment.x, y: segment.y, z: segment.z,
    customdata: segment.customers, marker: { size: 2.5, color: segment.colour, opacity: 0.75 },
    text: (segment.customers || []).map(escape),
    hovertemplate: segment.customers ? "%{fullData.name}<br>%{text}<extra></extra>" : "%{fullData.name}<extra></extra>",
  }));
  const layout = {
    autosize: true, height: Math.min(560, Math.max(360, place.clientWidth)), margin: { l: 0, r: 0, t: 0, b: 0 },
    paper_bgcolor: "rgba(0,0,0,0)", font: { family: style.fontFamily, color: ink }, showlegend: true,
    legend: { orientation: "h", y: 0, itemsizing: "constant" },
    scene: { xaxis: axis(axes[0]), yaxis: axis(axes[1]), zaxis: axis(axes[2]), aspectmode: "data", camera: { eye: { x: 1.45, y: -1.65, z: 0.8 } } },
  };
  place.replaceChildren();
  await window.Plotly.newPlot(place, points, layout, { displayModeBar: false, responsive: true, scrollZoom: false });
  place.dataset.drawn = segments.reduce((sum, segment) => sum + segment.x.length, 0);
  if (place.dataset.customer) {
    place.on("plotly_click", ({ points: [point] }) => {
      if (point.customdata !== undefined) window.location.assign(place.dataset.customer + encodeURIComponent(point.customdata));
    });
  }
});
