"""An enterprise that is registered at the market regulator and has no account yet."""

from datetime import date

from anju.ports.enterprises import RegisteredEnterprise

ENTERPRISE = RegisteredEnterprise(
    uscc="91149999DEM000010R",
    name="运城演示新材料有限公司",
    address="运城市盐湖区演示路 1 号",
    founded_on=date(2026, 9, 18),
    legal_representative="演示·薛明",
    division="140802",
)
