// <ended-alert>: one line about an alert that is over. Dispatches `look` {id}.

import { isOutage } from "./alerts.js";
import { describe, iconOf, kindOf, nameOf, placeOf } from "./description.js";
import { say } from "./language.js";
import { shortTime } from "./time.js";

class EndedAlert extends HTMLElement {
  #alert = null;

  get alert() {
    return this.#alert;
  }

  set alert(alert) {
    this.#alert = alert;
    if (!this.firstElementChild) this.#build();
    this.reword();
  }

  reword() {
    const { alert } = this;
    const put = (selector, text) => {
      this.querySelector(selector).textContent = text;
    };
    this.dataset.state = alert.state;
    this.dataset.id = alert.id;
    this.querySelector("use").setAttribute("href", iconOf(alert));
    put(".kind", kindOf(alert));
    const place = isOutage(alert) ? placeOf(alert) : nameOf(alert.camera);
    put(".place", [place, alert.zone?.name].filter(Boolean).join(" · "));
    put(".when", shortTime(alert.raised_at, Date.now()));
    this.querySelector(".when").dateTime = alert.raised_at;
    const state = say(`state.${alert.state}`);
    const itself = isOutage(alert) && alert.taken_by === "system";
    put(".outcome", itself ? say("ended.itself") : alert.taken_by ? say("ended.by", { state, who: alert.taken_by }) : state);
    put(".remark", alert.note);
    this.querySelector(".row").title = isOutage(alert) ? describe(alert) : say("picture.open", { what: describe(alert) });
  }

  #build() {
    this.setAttribute("role", "listitem");
    this.append(document.getElementById("ended-alert-template").content.cloneNode(true));
    this.firstElementChild.addEventListener("click", () => {
      this.dispatchEvent(new CustomEvent("look", { bubbles: true, detail: { id: this.#alert.id } }));
    });
  }
}

customElements.define("ended-alert", EndedAlert);
