"use strict";
(function () {
  // No header tells the browser's time zone; the next page is in it.
  var zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
  if (zone && /^[A-Za-z0-9_+\/-]+$/.test(zone)) {
    document.cookie = "tidemark-zone=" + zone + "; Path=/console; Max-Age=31536000; SameSite=Lax";
  }

  var dialog = document.getElementById("dialog");
  var opener = null;

  document.body.addEventListener("htmx:beforeRequest", function (event) {
    if (event.detail.target === dialog) {
      opener = event.detail.elt;
    }
  });
  document.body.addEventListener("htmx:afterSwap", function (event) {
    if (event.detail.target !== dialog) {
      return;
    }
    if (!dialog.open) {
      dialog.showModal();
    }
    var first = dialog.querySelector("input:not([type=hidden]), select, textarea, button");
    if (first) {
      first.focus();
    }
  });
  dialog.addEventListener("click", function (event) {
    if (event.target.closest("[data-close]")) {
      event.preventDefault();
      dialog.close();
    }
  });
  dialog.addEventListener("close", function () {
    dialog.replaceChildren();
    if (opener) {
      opener.focus();
    }
  });

  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-all]")) {
      event.target.closest("form").querySelectorAll("tbody input[type=checkbox]").forEach(function (box) {
        box.checked = event.target.checked;
      });
    }
  });

  // What was just done is told once, not again after a reload.
  var address = new URL(location.href);
  if (address.searchParams.has("done")) {
    address.searchParams.delete("done");
    history.replaceState(null, "", address);
  }
})();
