/** @file Starts the page. */
import { render } from "preact";
import "./style/tokens.css";

const root = document.getElementById("app");
if (root) render(<p>…</p>, root);
