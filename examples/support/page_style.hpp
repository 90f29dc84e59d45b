// SPDX-License-Identifier: MIT
#pragma once

#include <string_view>

namespace page {

/// The style sheet of a report: light, dark (as the reader's system asks) and print.
inline constexpr std::string_view page_style = R"css(
:root { color-scheme: light dark; --page: #fff; --ink: #1b1f24; --soft: #5b6570; --rule: #e2e6ea;
  --c0: #1f62c2; --c1: #3a2f9c; --c2: #a8288c; --c3: #e0563f; --c4: #d99a00; }
@media screen and (prefers-color-scheme: dark) { :root { --page: #14171b; --ink: #e7eaed;
  --soft: #9ba5b0; --rule: #2c333b; --c0: #6cabff; --c1: #9b93ff; --c2: #e879cf; --c3: #ff8b70;
  --c4: #ffd15c; } }
* { box-sizing: border-box; margin: 0; }
body { background: var(--page); color: var(--ink); padding: clamp(1.25rem, 4vw, 3.5rem);
  font: 1rem/1.55 system-ui, -apple-system, "Segoe UI", Roboto, "Liberation Sans", sans-serif;
  font-variant-numeric: tabular-nums; }
main { max-width: 70rem; margin: auto; }
h1 { font-size: clamp(1.6rem, 4vw, 2.3rem); line-height: 1.2; letter-spacing: -.015em; }
h2 { font-size: 1.35rem; margin: 3.5rem 0 1rem;
  padding-top: 1rem; border-top: 1px solid var(--rule); }
h3 { font-size: 1rem; }
p, dd, td { overflow-wrap: anywhere; }
figcaption p, .gloss, .note { color: var(--soft); font-size: .875rem; line-height: 1.45; }
.note { max-width: 44rem; margin-bottom: 1.5rem; }
.hero { display: grid; gap: 1.5rem clamp(1.5rem, 5vw, 4rem); align-items: start; }
.score { font-size: 1.25rem; color: var(--soft); margin-top: 1.25rem; }
.score b { font-size: clamp(2.75rem, 9vw, 4rem); line-height: 1.1; color: var(--ink);
  letter-spacing: -.03em; }
@media (min-width: 50rem), print { .hero.wide { grid-template: "head picture" auto
  "results picture" 1fr / minmax(0, 1fr) auto; } .hero.wide .picture { grid-area: picture; } }
.picture img { display: block; max-width: 100%; height: auto; image-rendering: pixelated;
  border-radius: 3px; }
.score span { white-space: nowrap; }
.hero .picture { max-width: 31rem; min-width: 12rem; }
.hero figcaption { width: 0; min-width: 100%; }
.picture figcaption { padding-top: .6rem; }
.pictures, .plots { display: grid; gap: 2.5rem; align-items: start;
  grid-template-columns: repeat(auto-fit, minmax(min(100%, 24rem), 1fr)); }
.pictures .across { grid-column: 1 / -1; }
.plots { gap: 1.5rem 3rem; }
.plot { display: grid; grid-row: span 2; grid-template-rows: subgrid; row-gap: 0; }
.training > :first-child { grid-column: 1 / -1; }
.plot, .picture, table, dl div { break-inside: avoid; }
h2, h3, .note { break-after: avoid; }
.frame { display: block; overflow: visible; width: calc(100% - 4.5rem); height: 13rem;
  margin: 2.25rem 1rem 3rem 3.5rem; }
.training > :first-child .frame { height: 17rem; }
.frame svg { overflow: visible; }
.frame text { font-size: 12px; fill: var(--soft); }
.end { text-anchor: end; }
.middle { text-anchor: middle; }
.frame line { stroke: var(--rule); }
.frame .axis, .frame svg line { stroke: var(--soft); }
.curves path { fill: none; stroke: currentColor; stroke-width: 2; vector-effect: non-scaling-stroke;
  stroke-linejoin: round; stroke-linecap: round; }
.curves .raw { stroke-width: 1; }
.curves .dot { stroke-width: 7; }
.legend { list-style: none; padding: 0; margin-top: .6rem; display: flex; flex-wrap: wrap;
  gap: .1rem 1.25rem; font-size: .8125rem; }
.legend i { display: inline-block; width: 1.4em; margin-right: .5em; vertical-align: .25em;
  border-top: 2.5px solid currentColor; }
.raw { color: color-mix(in srgb, var(--c0) 42%, var(--page)); }
.c0 { color: var(--c0); } .c1 { color: var(--c1); } .c2 { color: var(--c2); }
.c3 { color: var(--c3); } .c4 { color: var(--c4); }
.nothing { color: var(--soft); border: 1px dashed var(--rule); border-radius: 3px;
  padding: 2rem; margin-top: 1rem; text-align: center; }
table { border-collapse: collapse; width: 100%; margin-top: 1.5rem; font-size: .875rem; }
td, th { padding: .4rem .75rem .4rem 0; border-bottom: 1px solid var(--rule); text-align: right; }
td:first-child, th:first-child { text-align: left; }
th, .sum { font-weight: 600; } thead th { color: var(--soft); }
.share { width: 38%; padding-right: 0; } .share i { display: block; height: .7rem; min-width: 1px;
  border-radius: 2px; background: var(--c0); print-color-adjust: exact; }
dl { font-size: .875rem; } dl.settings { columns: 20rem; column-gap: 4rem; }
dl div { display: flex; gap: 1rem; justify-content: space-between; padding: .35rem 0;
  border-bottom: 1px solid var(--rule); }
dt { color: var(--soft); } dd { text-align: right; }
@media (max-width: 30rem) { .share { display: none; } }
@media print { body { padding: 0; font-size: .85rem; } h2 { margin-top: 1.5rem; }
  .plots, .pictures { grid-template-columns: 1fr 1fr; column-gap: 2rem; }
  .hero .picture { max-width: 17rem; }
  .plots .frame { height: 9rem; } .c2 { stroke-dasharray: 7 3; }
  .c3 { stroke-dasharray: 3 3; } .c4 { stroke-dasharray: 9 3 2 3; } i.c2, i.c4 {
  border-top-style: dashed; } i.c3 { border-top-style: dotted; } }
)css";

}  // namespace page
