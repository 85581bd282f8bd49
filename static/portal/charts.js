// Draws the tables of pictures (templates/components/chart.html). The table stays for everybody who
// reads rather than looks; what is drawn is only what stands in it.

const REDRAWN = [];
const LONGEST_LABEL = 16;

const colour = (figure, name) => {
  const probe = document.createElement("span");
  probe.style.color = `var(--chart-${name})`;
  figure.append(probe);
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
};

const tableOf = (figure) => {
  const heads = [...figure.querySelectorAll("thead th[data-tone]")];
  const rows = [...figure.querySelectorAll("tbody tr")];
  return {
    series: heads.map((head) => ({ name: head.textContent.trim(), tone: head.dataset.tone })),
    labels: rows.map((row) => row.querySelector("th").textContent.trim()),
    cells: rows.map((row) => [...row.querySelectorAll("td")]),
  };
};

const short = (number) => {
  if (number >= 1e6) return `${+(number / 1e6).toPrecision(3)}M`;
  if (number >= 1e3) return `${+(number / 1e3).toPrecision(3)}k`;
  return `${+number.toPrecision(3)}`;
};

// In letters: a Chinese character is as wide as two.
const widthOf = (label) => [...label].reduce((sum, letter) => sum + (letter > "\u2e7f" ? 2 : 1), 0);

const axisText = {
  count: short,
  share: (value) => `${Math.round(value * 100)} %`,
  seconds: (value) => (value < 100 ? `${+value.toPrecision(3)} s` : `${short(value / 60)} min`),
};

const optionOf = (figure, table, isLines) => {
  const isRows = figure.dataset.chart === "rows";
  const unit = figure.dataset.unit;
  const text = colour(figure, "text");
  const line = colour(figure, "line");
  const shown = [...figure.querySelectorAll("[data-chart-series] input")];
  const names = {
    type: "category",
    data: table.labels,
    inverse: isRows,
    axisLine: { lineStyle: { color: line } },
    axisTick: { show: false },
    axisLabel: { color: text, hideOverlap: true, fontSize: 12 },
  };
  const values = {
    type: "value",
    min: 0,
    max: unit === "share" ? 1 : undefined,
    minInterval: unit === "count" ? 1 : undefined,
    splitLine: { lineStyle: { color: line } },
    axisLabel: { color: text, fontSize: 12, formatter: axisText[unit], hideOverlap: true },
  };
  const longest = Math.max(0, ...table.labels.map(widthOf));
  return {
    animation: !matchMedia("(prefers-reduced-motion: reduce)").matches,
    animationDuration: 250,
    textStyle: { fontFamily: getComputedStyle(document.body).fontFamily },
    grid: { left: 4, right: 14, top: 14, bottom: 4, outerBoundsMode: "same" },
    tooltip: {
      trigger: "axis",
      // Drawn on the canvas: the page's security policy allows no styles in markup.
      renderMode: "richText",
      confine: true,
      backgroundColor: colour(figure, "surface"),
      borderColor: line,
      textStyle: { color: text, fontSize: 12 },
      axisPointer: { type: isLines ? "line" : "shadow" },
      formatter: (points) =>
        [
          points[0].axisValueLabel,
          ...points.map(
            ({ marker, seriesName, dataIndex, data }) =>
              `${marker}${seriesName}  ${table.cells[dataIndex][data.column].textContent}`,
          ),
        ].join("\n"),
    },
    xAxis: isRows ? values : names,
    yAxis: isRows ? { ...names, axisLabel: { ...names.axisLabel, width: 7 * Math.min(longest, LONGEST_LABEL) + 8, overflow: "truncate" } } : values,
    series: table.series
      .map(({ name, tone }, column) => ({
        name,
        type: isLines ? "line" : "bar",
        stack: isLines ? undefined : "all",
        color: colour(figure, tone),
        barMaxWidth: 36,
        showSymbol: table.labels.length < 4,
        symbolSize: 7,
        lineStyle: { width: 2.5, type: column && unit === "seconds" ? "dashed" : "solid" },
        data: table.cells.map((row) => ({
          value: row[column].dataset.value === "" ? null : Number(row[column].dataset.value),
          column,
        })),
      }))
      .filter((_series, column) => shown[column]?.checked ?? true),
  };
};

const draw = (figure) => {
  const canvas = figure.querySelector("[data-chart-canvas]");
  if (!canvas) return;
  const series = figure.querySelector("[data-chart-series]");
  const button = figure.querySelector("[data-chart-switch]");
  const table = tableOf(figure);
  for (const part of [canvas, series, button]) if (part) part.hidden = false;
  if (figure.dataset.chart === "rows") canvas.style.height = `${2.5 + 1.9 * table.labels.length}rem`;
  const chart = echarts.init(canvas);
  let isLines = figure.dataset.chart === "lines";
  const redraw = () => chart.setOption(optionOf(figure, table, isLines), { notMerge: true });
  series?.addEventListener("change", redraw);
  button?.addEventListener("click", () => {
    isLines = !isLines;
    button.setAttribute("aria-pressed", String(isLines));
    redraw();
  });
  new ResizeObserver(() => chart.resize()).observe(canvas);
  REDRAWN.push(redraw);
  redraw();
  figure.dataset.drawn = "true";
};

document.addEventListener("DOMContentLoaded", () => {
  document.querySelectorAll("[data-chart]").forEach(draw);
  const redrawAll = () => REDRAWN.forEach((redraw) => redraw());
  const themes = { attributeFilter: ["data-bs-theme", "data-theme"] };
  new MutationObserver(redrawAll).observe(document.documentElement, themes);
  matchMedia("(prefers-color-scheme: dark)").addEventListener("change", redrawAll);
});
