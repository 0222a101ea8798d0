// A masked value is shown in its place and hidden again after a minute; without this file it is
// shown on a page of its own.
(function () {
  'use strict';

  var SHOWN_MS = 60000;

  function ready(form) {
    var place = form.querySelector('[data-revealed]');
    form.addEventListener('submit', function (event) {
      event.preventDefault();
      event.stopImmediatePropagation();
      var label = form.elements.field.options[form.elements.field.selectedIndex].text;
      place.textContent = '正在查看…';
      fetch(form.action, { method: 'POST', body: new FormData(form), redirect: 'error' })
        .then(function (answer) { return answer.text(); })
        .then(function (text) {
          var page = new DOMParser().parseFromString(text, 'text/html');
          var value = page.getElementById('revealed');
          var wrong = page.querySelector('.reveal .field-error, .reveal .notice-body');
          if (value) {
            place.textContent = label + ' ' + value.textContent + '（一分钟后隐藏）';
            form.elements.reason.value = '';
            setTimeout(function () { place.textContent = '已隐藏'; }, SHOWN_MS);
          } else {
            place.textContent = wrong ? wrong.textContent.trim() : '这次没有查看成功，请刷新后再试。';
          }
        })
        .catch(function () { place.textContent = '网络不通或会话已结束，请刷新后再试。'; });
    });
  }

  Array.prototype.forEach.call(document.querySelectorAll('[data-reveal]'), ready);
}());
