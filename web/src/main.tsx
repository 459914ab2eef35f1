import { render } from "preact";
import { Page } from "./page.tsx";
import { start } from "./state.ts";
import { followLinks } from "./views/link.ts";

start();
followLinks();
render(<Page />, document.getElementById("page")!);
