// Loaded first: lets the styles know that script runs, before anything is drawn.
document.documentElement.classList.add('js');
