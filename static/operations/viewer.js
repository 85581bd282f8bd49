// Shows papers on the page of a case: zoom, rotate, fit, full screen, under a watermark.
(() => {
  const viewer = document.querySelector("[data-viewer]");
  if (!viewer) return;

  const stage = viewer.querySelector("[data-stage]");
  const frame = viewer.querySelector("[data-frame]");
  const image = viewer.querySelector("[data-image]");
  const watermark = viewer.querySelector("[data-watermark]");
  const links = [...viewer.querySelectorAll("[data-paper]")];
  const STEP = 1.25;
  let scale = 1;
  let turns = 0;
  let shown = -1;

  const mark = watermark.firstElementChild;
  for (let each = 1; each < 24; each += 1) watermark.append(mark.cloneNode(true));

  const draw = () => {
    const isSideways = turns % 2 === 1;
    const [width, height] = isSideways
      ? [image.naturalHeight, image.naturalWidth]
      : [image.naturalWidth, image.naturalHeight];
    const fit = Math.min(frame.clientWidth / width, frame.clientHeight / height, 1) || 1;
    const factor = fit * scale;
    image.style.width = `${image.naturalWidth * factor}px`;
    image.style.height = `${image.naturalHeight * factor}px`;
    // Turning does not change the room an element takes, so margins make up for it.
    const shift = isSideways ? ((image.naturalHeight - image.naturalWidth) * factor) / 2 : 0;
    image.style.margin = `${-shift}px ${shift}px`;
    image.style.transform = `rotate(${turns * 90}deg)`;
  };

  const fit = () => {
    scale = 1;
    turns = 0;
    draw();
  };

  const show = (place) => {
    const link = links[place];
    shown = place;
    links.forEach((each) => each.toggleAttribute("aria-current", each === link));
    stage.hidden = false;
    stage.dataset.showing = link.dataset.paper;
    stage.querySelector("[data-title]").textContent = link.dataset.name;
    stage.querySelector("[data-download]").href = `${link.href}?download`;
    frame.querySelector("iframe")?.remove();
    image.hidden = link.dataset.paper !== "image";
    if (image.hidden) {
      image.removeAttribute("src");
      const pdf = document.createElement("iframe");
      pdf.title = link.dataset.name;
      pdf.src = link.href;
      frame.prepend(pdf);
    } else {
      image.alt = link.dataset.name;
      image.src = link.href;
    }
    stage.scrollIntoView({ block: "nearest" });
  };

  image.addEventListener("load", fit);
  links.forEach((link, place) =>
    link.addEventListener("click", (event) => {
      if (event.ctrlKey || event.metaKey || event.shiftKey) return;
      event.preventDefault();
      show(place);
    }),
  );

  const tools = {
    in: () => { scale = Math.min(scale * STEP, 12); draw(); },
    out: () => { scale = Math.max(scale / STEP, 0.2); draw(); },
    fit,
    turn: () => { turns = (turns + 1) % 4; draw(); },
    full: () => (document.fullscreenElement ? document.exitFullscreen() : stage.requestFullscreen()),
  };
  stage.querySelectorAll("[data-do]").forEach((button) =>
    button.addEventListener("click", () => tools[button.dataset.do]()),
  );
  document.addEventListener("fullscreenchange", draw);

  const next = viewer.querySelector("[data-next-paper]");
  next.hidden = false;
  next.addEventListener("click", () => show((shown + 1) % links.length));
})();
