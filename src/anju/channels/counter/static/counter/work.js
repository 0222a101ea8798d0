// A long worklist grows in place; without this file its last link leads to the next page.
(function () {
  'use strict';

  function grow(link) {
    link.addEventListener('click', function (event) {
      event.preventDefault();
      if (link.getAttribute('aria-disabled') === 'true') { return; }
      link.setAttribute('aria-disabled', 'true');
      link.textContent = '正在取下一页…';
      fetch(link.href, { redirect: 'error' }).then(function (answer) {
        if (!answer.ok) { throw new Error('refused'); }
        return answer.text();
      }).then(function (text) {
        var page = new DOMParser().parseFromString(text, 'text/html');
        var lines = page.getElementById('lines');
        var fresh = Array.prototype.slice.call(lines.children);
        var body = document.getElementById('lines');
        fresh.forEach(function (line) { body.appendChild(document.adoptNode(line)); });
        var first = fresh.length && fresh[0].querySelector('[data-line]');
        var next = page.querySelector('[data-more]');
        if (next) {
          link.href = next.getAttribute('href');
          link.textContent = '更多';
          link.removeAttribute('aria-disabled');
        } else {
          link.parentNode.removeChild(link);
        }
        if (first) { first.focus(); }
      }).catch(function () { window.location.href = link.href; });
    });
  }

  Array.prototype.forEach.call(document.querySelectorAll('[data-more]'), grow);

  // Choosing a service narrows the list at once; the button stays for those without script.
  var service = document.getElementById('service');
  if (service) {
    service.addEventListener('change', function () { service.form.submit(); });
  }
}());
