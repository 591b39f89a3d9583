/** Which pages only arrange what they show: as Javadoc, Doxygen and Sphinx write them; and what is no such page, however little it does. */
import { describe, expect, test } from '@jest/globals';
import { PAGE_HTML, readHtml } from '../../src/traits/html.ts';
import { isQuietPage } from '../../src/traits/quietScript.ts';

const isQuiet = (html: string): boolean =>
  isQuietPage(readHtml(`<!DOCTYPE html><html><body>${html}</body></html>`, PAGE_HTML));

describe('quiet', () => {
  test.each([
    ['none', '<p>text</p>'],
    [
      'Javadoc 8',
      `<script type="text/javascript"><!--
        try { if (location.href.indexOf('is-external=true') == -1) { parent.document.title="Alpha (Beta 1.0 API)"; } } catch(err) { }
        //-->
        var methods = {"i0":10,"i1":9}; var tabs = {65535:["t0","All Methods"],8:["t4","Concrete Methods"]}; var altColor = "altColor";
        allClassesLink = document.getElementById("allclasses_navbar_top");
        if(window==top) { allClassesLink.style.display = "block"; } else { allClassesLink.style.display = "none"; }</script>
        <ul><li id="t4"><a href="javascript:show(8);">Concrete Methods</a></li></ul><a href="../index.html?a/B.html" target="_top">Frames</a>`,
    ],
    [
      'Javadoc 8, frames',
      `<script>targetPage = "" + window.location.search; if (targetPage != "" && targetPage != "undefined") targetPage = targetPage.substring(1);
        if (targetPage.indexOf(":") != -1 || (targetPage != "" && !validURL(targetPage))) targetPage = "undefined";
        function loadFrames() { if (targetPage != "" && targetPage != "undefined") top.classFrame.location = top.targetPage; }</script>
        <body onload="loadFrames()"><iframe src="overview-frame.html" name="packageListFrame"></iframe>`,
    ],
    [
      'Javadoc 17',
      `<script type="text/javascript" src="script.js"></script><script src="script-dir/jquery-3.6.1.min.js"></script>
        <script type="text/javascript">var pathtoroot = "../"; loadScripts(document, 'script');</script><button onclick="toggleNavbar()"></button>`,
    ],
    [
      'Doxygen',
      `<script type="text/javascript" src="jquery.js"></script><script src="https://cdnjs.cloudflare.com/ajax/libs/mathjax/2.7.0/MathJax.js"></script>
        <script type="text/javascript">/* @license magnet:?xt=urn:btih:d3d9a9a6595521f9666a5e94cc830dab83b65699&amp;dn=expat.txt MIT */
        $(document).ready(initResizable); $(function() { initMenu('',true,false,'search.php','Search'); $(document).ready(function() { init_search(); }); });
        var searchBox = new SearchBox("searchBox", "search/",'.html'); /* @license-end */</script>
        <input onfocus="searchBox.OnSearchFieldFocus(true)"><a href="javascript:searchBox.CloseResultsWindow()">x</a><iframe src="javascript:void(0)"></iframe>`,
    ],
    [
      'Doxygen, results',
      `<script>createResults(searchData); document.getElementById("Loading").style.display="none";
        window.addEventListener("message", function(event) { if (event.data == "take_focus") { var elem = searchResults.NavNext(0); if (elem) elem.focus(); } });</script>`,
    ],
    [
      'Sphinx',
      `<script data-url_root="./" src="_static/documentation_options.js?v=1"></script><form action="search.html"><input name="q"></form>
        <script>document.getElementById('searchbox').style.display = "block"; jQuery(function () { SphinxRtdTheme.Navigation.enable(true); });</script>`,
    ],
    [
      'mdBook',
      `<script>let sidebar = null; const toggle = document.getElementById("mdbook-sidebar-toggle-anchor");
        if (document.body.clientWidth >= 1080) { try { sidebar = localStorage.getItem('mdbook-sidebar'); } catch(e) { } }
        document.getElementById('mdbook-sidebar').setAttribute('aria-hidden', sidebar !== 'visible');
        Array.from(document.querySelectorAll('#mdbook-sidebar a')).forEach(function(link) { link.setAttribute('tabIndex', sidebar === 'visible' ? 0 : -1); });</script>`,
    ],
    ['MkDocs', '<script>var base_url = ".", shortName = "manual";</script><script src="js/base.js" defer></script>'],
    ['a text that says so', '<script>document.getElementById("a").innerHTML = \'Summary\';</script>'],
  ])('%s', (_name, html) => {
    expect(isQuiet(html)).toBe(true);
  });
});

describe('loud', () => {
  test.each([
    ['a redirect', 'location.href = "https://evil.example/"'],
    ['a redirect beside it', 'location = page'],
    ['by its parts', 'location.protocol = x'],
    ['by a function', 'location.replace(u)'],
    ['by another name', 'var l = document.location; l.replace(u)'],
    ['by the window’s other name', 'var w = window; w.open()'],
    ['by a name that is put together', 'window["loc" + "ation"] = u'],
    ['by a name from elsewhere', 'document[name](x)'],
    ['by letters as numbers', 'window["\\x6c"] = u'],
    ['by a click of its own', 'document.links[0].click()'],
    ['by an address', 'a.href = u'],
    ['by an attribute', 'a.setAttribute("href", u)'],
    ['by a form', 'document.forms[0].submit()'],
    ['by a picture', 'image.src = u'],
    ['a page that is decoded', 'document.write(atob(x))'],
    ['a page from what is hidden in it', '$("#a").html($("#b").text())'],
    ['likewise without jQuery', 'a.innerHTML = b.textContent'],
    ['text that is run', 'setTimeout("go()", 1)'],
    ['text that is run by its name', '[].constructor'],
    ['what is fetched', 'fetch(x)'],
    ['an address elsewhere', 'go("//evil.example/")'],
    ['a long word', `go("${'QUJD'.repeat(40)}")`],
    ['the frames of Javadoc with another page', 'targetPage = "https:" + x; top.classFrame.location = top.targetPage;'],
    ['so much that it is no arrangement', 'show(1);\n'.repeat(3_000)],
  ])('%s', (_name, script) => {
    expect(isQuiet(`<script>${script}</script>`)).toBe(false);
  });
  test.each([
    ['a password', '<input type=password>'],
    ['a script from elsewhere', '<script src="https://evil.example/a.js"></script>'],
    ['a script from where anybody publishes', '<script src="https://cdn.jsdelivr.net/npm/evil/a.js"></script>'],
    ['a script of a share', '<script src="\\\\evil.example\\a.js"></script>'],
    ['a page in it from elsewhere', '<iframe src="//evil.example/"></iframe>'],
    ['a refresh', '<meta http-equiv=refresh content="0;url=https://evil.example/">'],
    ['what its addresses are relative to', '<base href="https://evil.example/"><script src="a.js"></script>'],
    ['a handler', '<body onload="location=x">'],
    ['a script in an address', '<a href="javascript:location=x">a</a>'],
    ['likewise in numbers', '<a href="javascript:%6c()">a</a>'],
    ['more than is known of', '<a href="a.html">a</a>'.repeat(2_100)],
  ])('%s', (_name, html) => {
    expect(isQuiet(html)).toBe(false);
  });
});
